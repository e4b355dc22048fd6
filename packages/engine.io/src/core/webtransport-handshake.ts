import { createPacketDecoderStream, type Packet } from "engine.io-parser";
import { Deadline } from "./deadline-queue.js";
import { ERRORS, type Refusal, refusalMessage, refuse } from "./errors.js";
import { surface } from "./surface.js";
import { endSession, type WebTransportSession } from "./webtransport-session.js";

/** The close code of a refused session, the one of WebSocket for a policy violation. */
const REFUSED = 1008;

/** What the transport goes on with. */
export interface WebTransportStreams {
  readonly session: WebTransportSession;
  readonly packets: ReadableStreamDefaultReader<Packet>;
  readonly writable: WritableStream<Uint8Array>;
}

/** Who a handshake reports to. Either comes once at most, `ended` last. */
export interface HandshakeOwner {
  /** The client has said what it wants: a new session, or to move the one with the id `sid` here. */
  arrived(streams: WebTransportStreams, sid: string | undefined): void;
  /** It is over; with a refusal, where the client was told one. */
  ended(refusal?: Refusal): void;
}

/**
 * The start of a WebTransport session: the client opens a stream whose first packet is `0`, or `0{"sid":"…"}` to move a session.
 * The deadline is for that packet.
 */
export class WebTransportHandshake extends Deadline {
  readonly #session: WebTransportSession;
  readonly #owner: HandshakeOwner;
  #settled = false;

  constructor(session: WebTransportSession, maxPayload: number, owner: HandshakeOwner) {
    super();
    this.#session = session;
    this.#owner = owner;
    const gone = (): void => this.#settle();
    session.closed.then(gone, gone);
    // A session that fails or ends before its packet has nobody left to tell.
    this.#receive(maxPayload).catch(() => {
      endSession(session);
      gone();
    });
  }

  /** Whether neither side has given up, and the session was not taken on. */
  get isPending(): boolean {
    return !this.#settled;
  }

  /** The session is taken on. */
  complete(): void {
    this.#settle();
  }

  refuse(refusal: Refusal): void {
    if (this.#settled) return;
    endSession(this.#session, REFUSED, refusalMessage(refusal));
    this.#settle(refusal);
  }

  expire(): void {
    this.refuse(handshakeError("the client sent no handshake in time"));
  }

  async #receive(maxPayload: number): Promise<void> {
    const session = this.#session;
    await session.ready;
    const { value: stream } = await session.incomingBidirectionalStreams.getReader().read();
    if (!stream) throw new Error("no stream");
    const decoder = createPacketDecoderStream(maxPayload) as ReadableWritablePair<Packet, Uint8Array>;
    const packets = stream.readable.pipeThrough(decoder).getReader();
    const { value: first } = await packets.read();
    if (!first) throw new Error("no packet");
    this.queue?.cancel(this);
    if (this.#settled) return;
    const sid = first.type === "open" ? requestedSid(first.data) : null;
    surface(() => {
      if (sid === null) this.refuse(handshakeError("invalid handshake"));
      else this.#owner.arrived({ session, packets, writable: stream.writable }, sid);
    });
  }

  #settle(refusal?: Refusal): void {
    if (this.#settled) return;
    this.#settled = true;
    this.queue?.cancel(this);
    surface(() => this.#owner.ended(refusal));
  }
}

/** The id of a session to move, `undefined` for a new one, `null` for nonsense. */
function requestedSid(data: unknown): string | undefined | null {
  if (data === undefined) return undefined;
  try {
    const { sid } = JSON.parse(data as string) as { sid?: unknown };
    return typeof sid === "string" && sid !== "" ? sid : null;
  } catch {
    return null;
  }
}

/** Why a session is refused, for reasons of WebTransport. */
export function handshakeError(message: string): Refusal {
  return refuse(ERRORS.BAD_REQUEST, { name: "TRANSPORT_HANDSHAKE_ERROR", message });
}
