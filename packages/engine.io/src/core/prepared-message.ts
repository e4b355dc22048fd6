import { encodePacketSync } from "engine.io-parser";
import type { Packet, RawData, SendOptions } from "./packet.js";
import { sizeOf } from "./raw-data.js";

const SEPARATOR = "\x1e";

/**
 * One message, or several that belong together such as a Socket.IO packet and its attachments, to be sent to many connections.
 * What a kind of connection sends is built once, when the first such connection needs it.
 *
 * @example
 * const prepared = new PreparedMessage(['2["news"]']);
 * for (const connection of connections) connection.writePrepared(prepared);
 */
export class PreparedMessage {
  /** Tells it apart from a packet without `instanceof`, which fails between two builds of this module. */
  readonly type = "prepared";
  readonly parts: readonly RawData[];
  #size: number | undefined;
  #payload: string | undefined;
  #frames: unknown;
  #framer: unknown;
  /** The frames of other framers, where connections of several kinds get the message. */
  #others: Map<unknown, unknown> | undefined;

  constructor(parts: readonly RawData[]) {
    this.parts = parts;
  }

  /** Bytes of all the parts; text counts one for each UTF-16 code unit. */
  get size(): number {
    this.#size ??= this.parts.reduce((sum: number, part) => sum + sizeOf(part), 0);
    return this.#size;
  }

  /** The text of a polling payload. */
  get payload(): string {
    if (this.#payload === undefined) {
      let payload = "";
      for (const data of this.parts) {
        if (payload) payload += SEPARATOR;
        payload += encodePacketSync({ type: "message", data }, false);
      }
      this.#payload = payload;
    }
    return this.#payload;
  }

  /** What `framer` makes of the parts; kept for the next caller with the same framer. */
  frames<Frames>(framer: (parts: readonly RawData[]) => Frames): Frames {
    if (this.#framer === framer) return this.#frames as Frames;
    if (this.#framer === undefined) {
      this.#framer = framer;
      this.#frames = framer(this.parts);
      return this.#frames as Frames;
    }
    this.#others ??= new Map();
    if (!this.#others.has(framer)) this.#others.set(framer, framer(this.parts));
    return this.#others.get(framer) as Frames;
  }

  /** The parts as packets, for who listens to each of them. */
  toPackets(options: SendOptions): Packet[] {
    return this.parts.map((data) => ({ type: "message", options, data }));
  }
}

/** What one write to a transport consists of. */
export type Batch = readonly (Packet | PreparedMessage)[];

/** The packets of a batch, one by one. */
export function toPackets(batch: Batch): Packet[] {
  return batch.flatMap((item) => (item.type === "prepared" ? item.toPackets({ compress: true }) : item));
}
