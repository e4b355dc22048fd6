import { Emitter } from "typed-emitter";
import { isBinary, restore } from "./binary.js";
import { isDataValid, type Packet, PacketType } from "./packet.js";

/** As the second argument of `JSON.parse`. */
export type JSONReviver = (this: unknown, key: string, value: unknown) => unknown;

export interface DecoderOptions {
  /** Passed on to `JSON.parse`. What it returns must be free of cycles when packets have attachments. */
  reviver?: JSONReviver;
  /**
   * How many attachments a packet may have.
   * @default 10
   */
  maxAttachments?: number;
}

interface DecoderEvents {
  decoded: (packet: Packet) => void;
}

/** A packet that waits for attachments, those that came, and how many there will be. */
interface Pending {
  packet: Packet;
  attachments: unknown[];
  expected: number;
}

function fail(message: string, code = "ERR_INVALID_PACKET"): never {
  throw Object.assign(new Error(message), { code });
}

// <type>[<attachments>-][<namespace>,][<id>], and the payload from there on
const HEADER = /^([0-6])(?:(\d+)-)?(?:(\/[^,]*),?)?(\d*)/;

/**
 * Turns what came over the wire back into packets. One decoder for each connection: between the text of a packet and the
 * last of its attachments it keeps state.
 *
 * @example
 * const decoder = new Decoder();
 * decoder.on("decoded", (packet) => console.log(packet.data)); // ["hello", 1]
 * decoder.add('2["hello",1]');
 */
// biome-ignore lint/complexity/noBannedTypes: reason: `{}` is the map without events
export class Decoder extends Emitter<{}, {}, DecoderEvents> {
  private readonly _reviver: JSONReviver | undefined;
  private readonly _maxAttachments: number;
  private _pending: Pending | undefined;

  /** @throws Error with code `ERR_INVALID_OPTION` */
  constructor(options?: DecoderOptions | JSONReviver) {
    super();
    const { reviver, maxAttachments = 10 }: DecoderOptions =
      typeof options === "function" ? { reviver: options } : (options ?? {});
    if (!(maxAttachments >= 0)) fail("maxAttachments must be 0 or more", "ERR_INVALID_OPTION");
    this._reviver = reviver;
    this._maxAttachments = maxAttachments;
  }

  /**
   * Takes the next chunk: the text of a packet, or one attachment (any object that holds binary data). Emits `decoded`
   * when a packet is complete, with type `EVENT` or `ACK` when it had attachments.
   *
   * @throws Error with code `ERR_INVALID_PACKET` for what breaks the protocol; the connection should then be closed
   */
  add(chunk: unknown): void {
    const pending = this._pending;
    if (typeof chunk === "string") {
      if (pending) fail("got plaintext data when reconstructing a packet");
      const packet = this._decode(chunk);
      if (!this._pending) this.emitReserved("decoded", packet);
    } else if (isBinary(chunk)) {
      if (!pending) fail("got binary data when not reconstructing a packet");
      const { packet, attachments, expected } = pending;
      if (attachments.push(chunk) < expected) return;
      this.destroy();
      if (!restore(packet.data, attachments)) fail("illegal attachments");
      this.emitReserved("decoded", packet);
    } else {
      fail(`Unknown type: ${chunk}`);
    }
  }

  /** Forgets the packet that still waits for attachments. */
  destroy(): void {
    this._pending = undefined;
  }

  private _decode(text: string): Packet {
    const [header, digit, count, nsp = "/", id] = HEADER.exec(text) ?? fail(`unknown packet type ${text[0]}`);
    const type = Number(digit);
    const expected = Number(count ?? 0);
    const binary = type >= PacketType.BINARY_EVENT;
    if (binary && !expected) fail("Illegal attachments");
    if (binary && expected > this._maxAttachments) fail("too many attachments");

    const packet: Packet = { type: binary ? type - 3 : type, nsp };
    if (id) packet.id = Number(id);
    try {
      if (header.length < text.length) packet.data = JSON.parse(text.slice(header.length), this._reviver);
    } catch {
      fail("invalid payload");
    }
    // An id that is no longer exact could not be acknowledged.
    if (!isDataValid(packet) || (packet.id as number) >= 2 ** 53 || (count && !binary)) {
      fail("invalid payload");
    }
    if (binary) this._pending = { packet, attachments: [], expected };
    return packet;
  }
}
