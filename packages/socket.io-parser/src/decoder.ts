import { TypedEmitter } from "typed-emitter";
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

/** Where the digits that start at `from` end. */
function endOfDigits(text: string, from: number): number {
  let code: number;
  do code = text.charCodeAt(from++);
  while (code > 47 && code < 58);
  return from - 1;
}

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
export class Decoder extends TypedEmitter<{}, {}, DecoderEvents> {
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
      if (!restore(packet.data as Record<string, unknown>, attachments)) fail("illegal attachments");
      this.emitReserved("decoded", packet);
    } else {
      fail(`Unknown type: ${chunk}`);
    }
  }

  /** Forgets the packet that still waits for attachments. */
  destroy(): void {
    this._pending = undefined;
  }

  /** Reads `<type>[<attachments>-][<namespace>,][<id>][<payload>]`. */
  private _decode(text: string): Packet {
    let type = text.charCodeAt(0) - 48;
    if (!(type >= PacketType.CONNECT && type <= PacketType.BINARY_ACK)) {
      fail(`unknown packet type ${Number.parseInt(text[0] ?? "", 10)}`);
    }
    let at = 1;
    let expected = 0;
    if (type >= PacketType.BINARY_EVENT) {
      type -= 3;
      const end = endOfDigits(text, at);
      expected = text[end] === "-" ? Number(text.slice(at, end)) : 0;
      if (!expected) fail("Illegal attachments");
      if (expected > this._maxAttachments) fail("too many attachments");
      at = end + 1;
    }

    const packet: Packet = { type, nsp: "/" };
    if (text[at] === "/") {
      const comma = text.indexOf(",", at);
      const end = comma < 0 ? text.length : comma;
      packet.nsp = text.slice(at, end);
      at = end + 1;
    }
    const end = endOfDigits(text, at);
    if (end > at) packet.id = Number(text.slice(at, end));
    if (end < text.length) {
      try {
        packet.data = JSON.parse(text.slice(end), this._reviver);
      } catch {
        fail("invalid payload");
      }
    }
    // An id that is no longer exact could not be acknowledged.
    if (!isDataValid(type, packet.data) || (packet.id as number) > Number.MAX_SAFE_INTEGER) {
      fail("invalid payload");
    }
    if (expected) this._pending = { packet, attachments: [], expected };
    return packet;
  }
}
