import type { Duplex } from "node:stream";
import type { Batch, Peer, PeerOwner, RawData } from "../core/contract.js";
import { TransportError } from "../core/errors.js";
import type { Framer } from "./websocket/deflated-frames.js";
import { frameBatch } from "./websocket/frames.js";
import type { WebSocketLike } from "./websocket-like.js";

const OPEN = 1;
/** What the sender of `ws` is when it compresses nothing. */
const IDLE = 0;

/** What is used of the internals of `ws`, each of it optional: without them everything goes through `ws.send`. */
interface Internals {
  _socket?: Partial<Duplex> & { remoteAddress?: string };
  _sender?: { _queue?: unknown[]; _state?: number; _socket?: unknown };
  _extensions?: { "permessage-deflate"?: { params?: DeflateParams | null } };
}

interface DeflateParams {
  server_no_context_takeover?: boolean;
  server_max_window_bits?: number;
}

const kPeer = Symbol("peer");
type Owned = WebSocketLike & { [kPeer]: WsPeer };

/** A WebSocket of the `ws` module, or of another one with its interface. */
export class WsPeer implements Peer {
  readonly remoteAddress: string;
  readonly #ws: WebSocketLike;
  readonly #compressFrom: number;
  /** The raw socket, if frames may be written to it past `ws`. */
  readonly #raw: Duplex | undefined;
  readonly #queue: readonly unknown[];
  readonly #sender: { _state?: number } | undefined;
  /** Makes the frames of what many connections get, where they are compressed. */
  readonly #framer: Framer | undefined;
  #owner: PeerOwner | undefined;

  /**
   * @param compressFrom - the size in bytes from which a message is compressed
   * @param framer - what makes the compressed frames that connections share
   */
  constructor(ws: WebSocketLike, remoteAddress: string, compressFrom: number, framer?: Framer) {
    this.#ws = ws;
    this.#compressFrom = compressFrom;
    this.remoteAddress = remoteAddress;
    const { _socket: socket, _sender: sender } = ws as unknown as Internals;
    this.#queue = sender?._queue ?? [];
    this.#sender = sender;
    this.#framer = compressesAlone(ws) ? framer : undefined;
    const isKnown = ws.extensions === "" || this.#framer !== undefined;
    this.#raw = isKnown && isWritable(socket, sender) ? socket : undefined;
    (ws as Owned)[kPeer] = this;
    // Until there is an owner an error must not be an uncaught one.
    ws.on("error", onError);
  }

  get bufferedAmount(): number {
    return this.#ws.bufferedAmount ?? 0;
  }

  start(owner: PeerOwner): void {
    this.#owner = owner;
    this.#ws.on("message", onMessage);
    this.#ws.on("close", onClose);
  }

  send(data: RawData, compress: boolean, last: boolean): void {
    const isText = typeof data === "string";
    const size = isText ? Buffer.byteLength(data) : data.byteLength;
    // The threshold of `ws` itself does not hold while the compression context is kept from message to message.
    const options = { compress: compress && size >= this.#compressFrom, binary: !isText };
    this.#ws.send(data, options, last ? this.#drained : ignore);
  }

  sendBatch(batch: Batch): boolean {
    const raw = this.#raw;
    // A message that `ws` still holds back would be overtaken, and nothing may follow a close frame.
    if (!raw || this.#queue.length > 0 || this.#ws.readyState !== OPEN) return false;
    const chunks = this.#framer ? this.#shared(batch, this.#framer) : frameBatch(batch);
    if (!chunks) return false;
    const last = chunks.length - 1;
    if (last === 0) {
      raw.write(chunks[0], this.#drained);
      return true;
    }
    raw.cork();
    for (let i = 0; i < last; i++) raw.write(chunks[i]);
    raw.write(chunks[last], this.#drained);
    raw.uncork();
    return true;
  }

  /** The frames of a batch that others get as well. Whatever else there is is left to `ws`, and so is all while it compresses. */
  #shared(batch: Batch, framer: Framer): Uint8Array[] | undefined {
    const prepared = batch.filter((item) => item.type === "prepared");
    if (this.#sender?._state !== IDLE || prepared.length < batch.length) return undefined;
    return prepared.map((item) => item.frames(framer));
  }

  close(code?: number, reason?: string): void {
    this.#ws.close(code, reason);
  }

  message(data: Buffer | ArrayBuffer | Buffer[] | string, isBinary: boolean): void {
    const owner = this.#owner as PeerOwner;
    if (isBinary) owner.binary(data as Buffer);
    else if (Buffer.isBuffer(data))
      owner.text(data.length ? (data[0] as number) : Number.NaN, data.toString("utf8", 1));
    else owner.text(String(data).charCodeAt(0), String(data).slice(1));
  }

  fail(error: Error & { code?: string }): void {
    const code =
      error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH" ? "ERR_PAYLOAD_TOO_LARGE" : "ERR_WEBSOCKET";
    this.#owner?.failed(new TransportError(code, error.message, error));
  }

  end(code: number, reason: string): void {
    this.#owner?.closed(code, reason);
  }

  // An error is reported by `ws` as well, with what it was.
  readonly #drained = (error?: Error | null): void => {
    if (!error) this.#owner?.drained();
  };
}

/** Whether frames can be written to the raw socket: all the parts are as expected. */
function isWritable(socket: Internals["_socket"], sender: Internals["_sender"]): socket is Duplex {
  return (
    typeof socket?.write === "function" &&
    typeof socket.cork === "function" &&
    typeof socket.uncork === "function" &&
    Array.isArray(sender?._queue) &&
    sender._socket === socket
  );
}

/** Whether each message is compressed without regard to those before it, so that one frame does for several connections. */
function compressesAlone(ws: WebSocketLike): boolean {
  const params = (ws as unknown as Internals)._extensions?.["permessage-deflate"]?.params;
  return (
    ws.extensions === "permessage-deflate" &&
    params?.server_no_context_takeover === true &&
    params.server_max_window_bits === undefined
  );
}

// Shared functions that find their peer, instead of closures for each connection.

function onMessage(this: WebSocketLike, data: Buffer | ArrayBuffer | Buffer[], isBinary: boolean): void {
  (this as Owned)[kPeer].message(data, isBinary);
}

function onError(this: WebSocketLike, error: Error): void {
  (this as Owned)[kPeer].fail(error);
}

function onClose(this: WebSocketLike, code: number, reason: Buffer): void {
  (this as Owned)[kPeer].end(code, reason.toString());
}

function ignore(): void {}
