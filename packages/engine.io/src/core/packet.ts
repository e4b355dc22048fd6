import type { PacketType } from "engine.io-parser";

/** What a message carries: text or bytes. */
export type RawData = string | ArrayBuffer | ArrayBufferView;

export interface SendOptions {
  /**
   * Whether this message may be compressed, where compression is on.
   * @default true
   */
  compress?: boolean;
  /**
   * Whether this message may be dropped where `bufferPolicy` is one that drops.
   * @default true
   */
  droppable?: boolean;
}

/** A packet on its way out. */
export interface Packet {
  type: PacketType;
  data?: RawData | undefined;
  options?: SendOptions | undefined;
}
