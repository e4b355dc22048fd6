import { installTimerFunctions } from "engine.io-client/websocket";
import { Decoder, Encoder } from "socket.io-parser";
import type {
  Accessor,
  DisconnectDescription,
  Engine,
  EngineConstructor,
  ManagerContract,
  ManagerReservedEvents,
  Packet,
  SocketOptions,
} from "./contract.js";
import { Emitter } from "./emitter.js";
import { coded, guard } from "./errors.js";
import { IDLE, type ManagerEvent, type ManagerState, next } from "./manager-state.js";
import { checked, delayBefore, type ManagerOptions, type Policy, resolvePolicy } from "./options.js";
import { Socket } from "./socket.js";

// Events of the window, and of the document on their way down.
const WAKING = ["online", "pageshow", "visibilitychange", "resume"];

interface Parser {
  Encoder: new () => { encode(packet: Packet): (string | Uint8Array)[] };
  Decoder: new () => {
    add(chunk: unknown): void;
    on(event: "decoded", listener: (packet: Packet) => void): unknown;
    destroy(): void;
  };
}

export abstract class ManagerBase
  extends Emitter<Record<never, never>, Record<never, never>, ManagerReservedEvents>
  implements ManagerContract<Socket>
{
  declare engine: Engine;
  /** What connects. On the prototype, since the constructor uses it. */
  abstract readonly Engine: EngineConstructor;
  declare reconnection: Accessor<boolean, this>;
  declare reconnectionAttempts: Accessor<number, this>;
  declare reconnectionDelay: Accessor<number, this>;
  declare reconnectionDelayMax: Accessor<number, this>;
  declare randomizationFactor: Accessor<number, this>;
  declare timeout: Accessor<number | boolean, this>;

  declare private readonly setTimeoutFn: typeof setTimeout;
  declare private readonly clearTimeoutFn: typeof clearTimeout;
  declare readonly uri: string | undefined;
  declare readonly _autoConnect: boolean;
  declare opts: Partial<ManagerOptions>;
  nsps: Record<string, Socket> = Object.create(null);

  readonly #parser: Parser;
  readonly #encoder: InstanceType<Parser["Encoder"]>;
  readonly #policy: Policy;
  #state: ManagerState = IDLE;
  /** Lets go of what the present state holds: a timer, a decoder. */
  #release: (() => void) | undefined;

  constructor(uri?: string | Partial<ManagerOptions>, opts?: Partial<ManagerOptions>) {
    super();
    const given = typeof uri === "object" ? uri : opts;
    this.uri = uri === given ? undefined : (uri as string);
    this.opts = { ...given, path: given?.path || "/socket.io" };
    installTimerFunctions(this, this.opts);
    this.#parser = this.opts.parser ?? { Encoder, Decoder };
    this.#encoder = new this.#parser.Encoder();
    this.#policy = resolvePolicy(this.opts);
    for (const key of Object.keys(this.#policy) as (keyof Policy)[]) {
      (this as Record<keyof Policy, unknown>)[key] = (value?: unknown) => {
        if (value === undefined) return this.#policy[key];
        (this.#policy as Record<keyof Policy, unknown>)[key] = checked(key, value);
        return this;
      };
    }
    this._autoConnect = this.opts.autoConnect !== false;
    if (this._autoConnect) this.open();
  }

  get _readyState(): "opening" | "open" | "closed" {
    const { phase } = this.#state;
    return phase === "opening" || phase === "open" ? phase : "closed";
  }

  get _reconnecting(): boolean {
    return !!this.#state.attempt;
  }

  open(fn?: (err?: Error) => void): this {
    if (this._readyState !== "closed") return this;
    const engine = new this.Engine(this.uri as string, this.opts);
    const decoder = new this.#parser.Decoder();
    const { attempt } = this.#state;
    const { timeout } = this.#policy;
    this.engine = engine;
    this.#enter("open");

    const failed = (error: Error) => {
      // Whoever opens with a callback decides what comes after a failure.
      if (!this.#enter("failed", engine, !!fn && !attempt)) return;
      engine.close();
      this.#eachActive((socket) => socket.onerror(error));
      this.emitReserved("error", error);
      if (fn) guard(fn, this, [error]);
      this.#retry();
      if (attempt) this.emitReserved("reconnect_error", error);
    };
    if (typeof timeout === "number") {
      this.#release = this._later(() => failed(coded("timeout", "CONNECT_TIMEOUT")), timeout);
    }

    decoder.on("decoded", (packet) => guard(this.#deliver, this, [packet]));
    engine
      .on("open", () => {
        if (!this.#enter("opened", engine)) return;
        this.#release = () => decoder.destroy();
        this.#eachActive((socket) => socket.onopen());
        this.emitReserved("open");
        if (fn) guard(fn, this);
        if (attempt) this.emitReserved("reconnect", attempt);
      })
      .on("data", (chunk) => {
        if (engine !== this.engine || this.#state.phase !== "open") return;
        try {
          decoder.add(chunk);
        } catch (error) {
          this.#end("lost", "parse error", error as Error);
        }
      })
      .on("ping", () => this.emitReserved("ping"))
      .on("error", failed as (error: string | Error) => void)
      .on("close", (reason, description) => {
        failed(coded(reason, "TRANSPORT"));
        this.#end("lost", reason, description, engine);
      });
    return this;
  }

  connect(fn?: (err?: Error) => void): this {
    return this.open(fn);
  }

  socket(nsp: string, opts?: Partial<SocketOptions>): Socket {
    this.nsps[nsp] ??= new Socket(this, nsp, opts);
    const socket = this.nsps[nsp];
    if (this._autoConnect) socket.connect();
    return socket;
  }

  _close(): void {
    this.#end("close", "forced close");
  }

  _destroy(): void {
    if (!Object.values(this.nsps).some((socket) => socket.active)) this._close();
  }

  _packet(packet: Packet): void {
    for (const part of this.#encoder.encode(packet)) this.engine.write(part, packet.options);
  }

  _later(fn: () => void, ms: number): () => void {
    // A delay of more than 31 bits would fire at once.
    const timer = this.setTimeoutFn(fn, Math.min(ms, 2 ** 31 - 1));
    return () => this.clearTimeoutFn(timer);
  }

  /** Tells the state machine; whether that changed anything. News of an earlier engine never does. */
  #enter(event: ManagerEvent, engine = this.engine, final = false): boolean {
    const { reconnection, reconnectionAttempts } = this.#policy;
    const state = next(this.#state, event, reconnection && !final ? reconnectionAttempts || 1 / 0 : -1);
    if (state === this.#state || engine !== this.engine) return false;
    this.#state = state;
    this.#release?.();
    this.#release = undefined;
    const listen = globalThis[state.phase === "idle" ? "removeEventListener" : "addEventListener"];
    for (const type of WAKING) listen?.(type, this.#wake, true);
    return true;
  }

  #end(event: "lost" | "close", reason: string, description?: DisconnectDescription, engine?: Engine): void {
    if (!this.#enter(event, engine)) return;
    this.engine?.close();
    this.#eachActive((socket) => socket.onclose(reason, description));
    this.emitReserved("close", reason, description);
    this.#retry();
  }

  #retry(): void {
    const { phase, attempt } = this.#state;
    if (phase === "failed") this.emitReserved("reconnect_failed");
    if (phase === "waiting")
      this.#release = this._later(this.#reconnect, delayBefore(attempt, this.#policy, Math.random()));
  }

  readonly #reconnect = (): void => {
    const state = this.#state;
    if (this.#policy.reconnection) this.emitReserved("reconnect_attempt", state.attempt);
    else this.#enter("close");
    if (state === this.#state) this.open();
  };

  /** The page is back, from the background, a sleep or being offline: what the delay waits for may be over. */
  readonly #wake = (): void => {
    if (globalThis.document?.hidden) return;
    if (this.#state.phase === "waiting") this.#reconnect();
    else if (this.#state.phase === "open") this.engine._probe();
  };

  #eachActive(fn: (socket: Socket) => void): void {
    for (const socket of Object.values(this.nsps)) if (socket.active) guard(fn, this, [socket]);
  }

  #deliver(packet: Packet): void {
    const socket = this.nsps[packet.nsp];
    if (socket?.active) socket.onpacket(packet);
    this.emitReserved("packet", packet);
  }
}
