import { WebTransport } from "../transports/webtransport.js";
import type { EngineRequest, TransportName } from "./contract.js";
import type { DeadlineQueue } from "./deadline-queue.js";
import { ERRORS, type Refusal, refuse } from "./errors.js";
import { admit, type Gatekeeper } from "./handshake.js";
import { checkOrigin } from "./origins.js";
import { handshakeError, WebTransportHandshake } from "./webtransport-handshake.js";
import {
  toEngineRequest,
  type WebTransportRequest,
  type WebTransportSession,
} from "./webtransport-session.js";

const STOPPED = handshakeError("the server is closed");

/** What WebTransport needs of the server. */
export interface WebTransportHost<Request> extends Gatekeeper<Request> {
  readonly opts: Gatekeeper<Request>["opts"] & {
    readonly transports: readonly TransportName[];
    readonly allowUpgrades: boolean;
    readonly maxHttpBufferSize: number;
  };
}

/** What it does to the server. */
export interface WebTransportEffects<Request> {
  isClosed(): boolean;
  refused(request: Request, refusal: Refusal): void;
  connect(id: string, request: Request, remoteAddress: string, transport: WebTransport): void;
  /** The session with that id, if there is one. */
  find(
    sid: string,
  ): { readonly transport: { protocol: number }; tryUpgrade(candidate: WebTransport): void } | undefined;
}

/** Where WebTransport sessions come in, and wait until it is clear what becomes of them. */
export class WebTransportEntrance<Request extends EngineRequest> {
  readonly #host: WebTransportHost<Request>;
  readonly #effects: WebTransportEffects<Request>;
  readonly #deadlines: DeadlineQueue;
  readonly #waiting = new Set<WebTransportHandshake>();

  constructor(
    host: WebTransportHost<Request>,
    effects: WebTransportEffects<Request>,
    deadlines: DeadlineQueue,
  ) {
    this.#host = host;
    this.#effects = effects;
    this.#deadlines = deadlines;
  }

  /** @param obstacle - why the host of this engine cannot take any, if there is a reason */
  enter(session: WebTransportSession, known: WebTransportRequest, obstacle: string | undefined): void {
    const request = toEngineRequest(known) as unknown as Request;
    const handshake = new WebTransportHandshake(session, this.#host.opts.maxHttpBufferSize, {
      arrived: (streams, sid) =>
        this.#decide(handshake, request, sid, (id) => {
          handshake.complete();
          const transport = new WebTransport(id, streams);
          const existing = sid === undefined ? undefined : this.#effects.find(sid);
          if (existing) existing.tryUpgrade(transport);
          else this.#effects.connect(id, request, known.remoteAddress ?? "", transport);
        }),
      ended: (refusal) => {
        this.#waiting.delete(handshake);
        if (refusal) this.#effects.refused(request, refusal);
      },
    });
    this.#waiting.add(handshake);
    this.#deadlines.add(handshake);
    const refusal = obstacle === undefined ? this.#obstacle(request) : handshakeError(obstacle);
    if (refusal) handshake.refuse(refusal);
  }

  /** Refuses those that wait. */
  close(): void {
    for (const handshake of this.#waiting) handshake.refuse(STOPPED);
  }

  #obstacle(request: Request): Refusal | undefined {
    if (this.#effects.isClosed()) return STOPPED;
    const { transports, allowedOrigins } = this.#host.opts;
    if (!transports.includes("webtransport")) {
      return refuse(ERRORS.UNKNOWN_TRANSPORT, { transport: "webtransport" });
    }
    if (allowedOrigins !== undefined && request.headers.origin === undefined) {
      return handshakeError('"allowedOrigins" needs the headers of the request, and the host gave none');
    }
    return undefined;
  }

  #decide(
    handshake: WebTransportHandshake,
    request: Request,
    sid: string | undefined,
    take: (id: string) => void,
  ): void {
    const done = (refusal: Refusal | undefined, id: string): void => {
      if (!handshake.isPending) return;
      if (refusal) handshake.refuse(refusal);
      else take(id);
    };
    if (sid === undefined) {
      admit(this.#host, request, done);
      return;
    }
    checkOrigin(this.#host.opts.allowedOrigins, request, (refusal) =>
      done(refusal ?? this.#immovable(sid), sid),
    );
  }

  /** Why a session cannot move to WebTransport, if there is a reason. */
  #immovable(sid: string): Refusal | undefined {
    const session = this.#effects.find(sid);
    if (!session) return refuse(ERRORS.UNKNOWN_SID, { sid });
    const { protocol: previousProtocol } = session.transport;
    if (previousProtocol !== 4) {
      return refuse(ERRORS.BAD_REQUEST, { name: "PROTOCOL_MISMATCH", protocol: 4, previousProtocol });
    }
    return this.#host.opts.allowUpgrades ? undefined : handshakeError('"allowUpgrades" is off');
  }
}
