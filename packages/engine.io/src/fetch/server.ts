import { BaseServer } from "../core/base-server.js";
import type { Headers as EngineHeaders } from "../core/contract.js";
import { OptionError, type Refusal, refusalMessage } from "../core/errors.js";
import { type AttachOptions, isUnderPath, resolvePath, type ServerOptions } from "../core/options.js";
import { answer } from "./answer.js";
import type { BunWebSocket } from "./bun-peer.js";
import { addHeaders } from "./headers.js";
import { FetchRequest, pathOf } from "./request.js";
import { lookAround, type Surroundings } from "./runtime.js";
import { findUpgrader, isUpgrade, type Upgrader } from "./upgrade.js";

/** The options of an engine behind `fetch`. `httpCompression` has a threshold only, `wsEngine` is not for it. */
export type FetchServerOptions = Omit<ServerOptions<FetchRequest>, "wsEngine"> &
  Pick<AttachOptions, "path" | "addTrailingSlash">;

/** What `export default` hands to Bun, or to `deno serve`. */
export interface FetchHandler {
  fetch(request: Request, env?: unknown): Promise<Response>;
  /** For Bun: what becomes of its WebSockets. */
  websocket: {
    open(ws: BunWebSocket): void;
    message(ws: BunWebSocket, data: string | Uint8Array): void;
    drain(ws: BunWebSocket): void;
    close(ws: BunWebSocket, code: number, reason: string): void;
    maxPayloadLength: number;
    backpressureLimit: number;
    idleTimeout: number;
    perMessageDeflate: boolean;
  };
  /** For Bun: seconds that a request may wait. */
  idleTimeout: number;
  /** For Bun: bytes. The engine has a limit of its own, below this one. */
  maxRequestBodySize: number;
}

// The most that Bun takes: seconds for a request, seconds for a WebSocket, bytes.
const MAX_REQUEST_TIMEOUT = 255;
const MAX_SOCKET_TIMEOUT = 960;
const MAX_BYTES = 2 ** 31 - 1;
// Room for the engine to refuse by itself what is too large for it, so that the session learns why.
const BODY_MARGIN = 65_536;

/**
 * An Engine.IO server behind a `fetch` handler: HTTP long-polling on any runtime, WebSocket on Bun and Deno.
 *
 * @example
 * const engine = new Server({ path: "/socket.io/" });
 * io.bind(engine);
 *
 * export default { port: 3000, ...engine.handler() }; // Bun; `deno serve` too
 */
export class Server extends BaseServer<FetchRequest> {
  readonly #path: string;

  /** @throws OptionError for an option that is wrong, with the code `ERR_INVALID_OPTION` or `ERR_UNSUPPORTED_OPTION` */
  constructor(options: FetchServerOptions = {}) {
    super(options, queueMicrotask);
    if (this.opts.wsEngine !== undefined) {
      throw new OptionError(
        "ERR_UNSUPPORTED_OPTION",
        `"wsEngine" has no effect here, where WebSockets are those of the runtime: remove it`,
      );
    }
    this.#path = resolvePath(options);
  }

  /**
   * Answers a request, whatever its path; a function that can be handed on as it is.
   *
   * @param env - what the runtime gives beside the request: the server on Bun, the info on Deno, `c.env` in Hono. Without it there is
   *   no WebSocket on Bun and no `remoteAddress`.
   * @example
   * app.all("/socket.io/*", (c) => engine.fetch(c.req.raw, c.env));
   */
  readonly fetch = async (request: Request, env?: unknown): Promise<Response> => {
    const around = lookAround(request, env);
    const prepared = new FetchRequest(request, around.remoteAddress);
    // A poll is answered in time by a ping; until then Bun must not take it for dead.
    around.bun?.timeout?.(request, this.#requestTimeout);
    const upgrader = isUpgrade(prepared) ? findUpgrader(around.bun) : undefined;
    return answer(request, prepared, around, {
      opts: this.opts,
      route: (exchange) => this.route(exchange),
      reportRefusal: (refused, refusal) => this.reportRefusal(refused, refusal),
      upgrade: (headers) => upgrader && this.#upgrade(prepared, around, headers, upgrader),
    });
  };

  /**
   * All that Bun, or `deno serve`, takes to serve the engine at its path, and 404 elsewhere.
   *
   * @example
   * Bun.serve({ port: 3000, ...engine.handler() });
   */
  handler(): FetchHandler {
    const { maxHttpBufferSize, perMessageDeflate } = this.opts;
    return {
      fetch: async (request, env) =>
        isUnderPath(pathOf(request.url), this.#path)
          ? this.fetch(request, env)
          : new Response("Not Found", { status: 404 }),
      websocket: {
        open: (ws) => ws.data.peer.opened(ws),
        message: (ws, data) => ws.data.peer.message(data),
        drain: (ws) => ws.data.peer.drained(),
        close: (ws, code, reason) => ws.data.peer.closed(code, reason),
        maxPayloadLength: Math.min(maxHttpBufferSize, MAX_BYTES),
        // The engine counts what waits and has its own limit; what Bun drops would be lost without a word.
        backpressureLimit: MAX_BYTES,
        idleTimeout: Math.min(this.#silence, MAX_SOCKET_TIMEOUT),
        perMessageDeflate: perMessageDeflate !== false,
      },
      idleTimeout: this.#requestTimeout,
      maxRequestBodySize: maxHttpBufferSize + BODY_MARGIN,
    };
  }

  /** How many seconds pass at most between two signs of life of a client. */
  get #silence(): number {
    return Math.ceil((this.opts.pingInterval + this.opts.pingTimeout) / 1000) + 1;
  }

  get #requestTimeout(): number {
    return this.#silence > MAX_REQUEST_TIMEOUT ? 0 : this.#silence;
  }

  async #upgrade(
    request: FetchRequest,
    { remoteAddress }: Surroundings,
    headers: Headers,
    upgrader: Upgrader,
  ): Promise<Response> {
    if (this.closed) return unavailable();
    const [refusal, id] = await new Promise<[Refusal | undefined, string]>((resolve) =>
      this.admitUpgrade(request, (refusal, id) => resolve([refusal, id])),
    );
    if (this.closed) return unavailable();
    if (refusal) {
      this.reportRefusal(request, refusal);
      return new Response(refusalMessage(refusal), {
        status: 400,
        headers: { "content-type": "text/plain" },
      });
    }
    const added: EngineHeaders = {};
    this.decorate(added, request, "");
    const { perMessageDeflate } = this.opts;
    return upgrader({
      raw: request.raw,
      remoteAddress,
      headers: addHeaders(headers, added),
      maxPayload: this.opts.maxHttpBufferSize,
      compressFrom: perMessageDeflate ? (perMessageDeflate.threshold ?? 0) : Number.POSITIVE_INFINITY,
      idleTimeout: this.#silence,
      onOpen: (peer) => this.connectPeer(request, peer, id),
    });
  }
}

function unavailable(): Response {
  return new Response("Service Unavailable", { status: 503 });
}
