import * as published from "published-engine.io-parser";
import type { BinaryType, Packet, RawData } from "../src/index.js";

/** The published parser, with results where it has callbacks. */
export const oracle = {
  encodePacket(packet: Packet, supportsBinary: boolean): RawData {
    let encoded: RawData | undefined;
    published.encodePacket(packet as published.Packet, supportsBinary, (result) => {
      encoded = result;
    });
    return encoded as RawData;
  },
  encodePayload(packets: Packet[]): string {
    let encoded: string | undefined;
    published.encodePayload(packets as published.Packet[], (result) => {
      encoded = result;
    });
    return encoded as string;
  },
  decodePacket: (encoded: RawData, binaryType?: BinaryType) =>
    published.decodePacket(encoded, binaryType) as Packet,
  decodePayload: (payload: string, binaryType?: BinaryType) =>
    published.decodePayload(payload, binaryType) as Packet[],
  encoderStream: () => published.createPacketEncoderStream() as TransformStream<Packet, Uint8Array>,
  decoderStream: (maxPayload: number, binaryType: BinaryType) =>
    published.createPacketDecoderStream(maxPayload, binaryType) as TransformStream<Uint8Array, Packet>,
};

/** All that comes out of a stream when these chunks go in. */
export async function through<In, Out>(
  stream: TransformStream<In, Out>,
  chunks: Iterable<In>,
): Promise<Out[]> {
  const iterator = chunks[Symbol.iterator]();
  const source = new ReadableStream<In>({
    pull(controller) {
      const { done, value } = iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  const out: Out[] = [];
  const reader = source.pipeThrough(stream).getReader();
  for (let result = await reader.read(); !result.done; result = await reader.read()) out.push(result.value);
  return out;
}

/** One array of all the bytes. */
export function join(chunks: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks));
}
