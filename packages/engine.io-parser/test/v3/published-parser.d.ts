declare module "published-engine.io-parser-2" {
  type Encoded = string | Buffer;
  interface PublishedPacket {
    type?: string;
    data?: unknown;
  }
  export function encodePacket(
    packet: PublishedPacket,
    supportsBinary: boolean,
    callback: (encoded: Encoded) => void,
  ): void;
  export function decodePacket(encoded: unknown): PublishedPacket;
  export function encodePayload(
    packets: PublishedPacket[],
    supportsBinary: boolean,
    callback: (payload: Encoded) => void,
  ): void;
  export function decodePayload(payload: unknown, callback: (packet: PublishedPacket) => boolean): void;
}
