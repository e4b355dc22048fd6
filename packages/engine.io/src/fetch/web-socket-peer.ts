import type { Peer, PeerOwner, RawData } from "../core/contract.js";
import { TransportError } from "../core/errors.js";

const CONNECTING = 0;
const OPEN = 1;
const TOO_BIG = 1009;
// So many bytes may wait in the runtime before the client counts as one that does not read: they are never gone at once.
const ROOM = 65_536;
/** How many milliseconds pass before it is looked again whether the client has read. */
const LOOK_AGAIN = 20;

const encoder = new TextEncoder();

/** A WebSocket with the interface of the web's, as Deno gives it to a server. Its buffered amount must be looked at: no event tells. */
export class WebSocketPeer implements Peer {
  readonly remoteAddress: string;
  readonly #socket: WebSocket;
  readonly #maxPayload: number;
  #owner: PeerOwner | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param maxPayload - bytes of the largest message that is accepted: the runtime has a limit of its own */
  constructor(
    socket: WebSocket,
    remoteAddress: string,
    maxPayload: number,
    onOpen: (peer: WebSocketPeer) => void,
  ) {
    this.#socket = socket;
    this.remoteAddress = remoteAddress;
    this.#maxPayload = maxPayload;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => onOpen(this);
    socket.onmessage = ({ data }) => this.#message(data as string | ArrayBuffer);
    socket.onerror = (event) => this.#fail((event as ErrorEvent).message || "the WebSocket failed");
    socket.onclose = ({ code, reason }) => {
      clearTimeout(this.#timer);
      this.#owner?.closed(code, reason);
    };
  }

  get bufferedAmount(): number {
    return this.#socket.readyState === OPEN ? this.#socket.bufferedAmount : 0;
  }

  start(owner: PeerOwner): void {
    this.#owner = owner;
  }

  send(data: RawData, _compress: boolean, last: boolean): void {
    if (this.#socket.readyState !== OPEN) return;
    this.#socket.send(data as string | ArrayBuffer);
    if (last) this.#look();
  }

  close(code?: number, reason?: string): void {
    if (this.#socket.readyState > OPEN) return;
    // A client is not told that the session is over before it is connected: it will see the end.
    if (this.#socket.readyState === CONNECTING) this.#socket.onopen = () => this.close(code, reason);
    else this.#socket.close(code, reason);
  }

  #look(): void {
    clearTimeout(this.#timer);
    if (this.bufferedAmount <= ROOM) this.#owner?.drained();
    else this.#timer = setTimeout(() => this.#look(), LOOK_AGAIN);
  }

  #message(data: string | ArrayBuffer): void {
    const owner = this.#owner;
    if (this.#isTooLarge(data)) {
      this.close(TOO_BIG, "Max payload size exceeded");
      owner?.failed(new TransportError("ERR_PAYLOAD_TOO_LARGE", "Max payload size exceeded"));
    } else if (typeof data === "string") {
      owner?.text(data.charCodeAt(0), data.slice(1));
    } else {
      // As on Node.js, where the runtime has it.
      owner?.binary(typeof Buffer === "undefined" ? new Uint8Array(data) : Buffer.from(data));
    }
  }

  #isTooLarge(data: string | ArrayBuffer): boolean {
    const limit = this.#maxPayload;
    if (typeof data !== "string") return data.byteLength > limit;
    // A code unit takes three bytes at most: only near the limit must it be known exactly.
    return data.length > limit || (data.length * 3 > limit && encoder.encode(data).length > limit);
  }

  #fail(message: string): void {
    this.#owner?.failed(new TransportError("ERR_WEBSOCKET", message));
  }
}
