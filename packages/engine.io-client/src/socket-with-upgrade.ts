import { failure } from "./failure.js";
import { type HandshakeData, parseHandshake } from "./handshake.js";
import { nextProbeState, type ProbeEvent, type ProbeState } from "./probe-state.js";
import { SocketWithoutUpgrade } from "./socket-without-upgrade.js";
import type { CloseDetails, Transport } from "./transport.js";

// How much longer the other transports wait when WebTransport, the best one, can be had. Milliseconds.
const WEBTRANSPORT_LEAD = 200;

// How long WebSocket has to open before long-polling is tried beside it. Milliseconds.
const FALLBACK_DELAY = 100;

/**
 * A connection to an Engine.IO server that moves to a better transport once it is open. It takes its transports as classes, so
 * that a bundle holds no others.
 *
 * Unless `transports` says otherwise it opens with WebSocket. Long-polling takes over at once when that fails, and runs beside
 * it when it is slow: the first to shake hands is used, the other one closed.
 *
 * @example
 * const socket = new SocketWithUpgrade("http://localhost:3000", { transports: [Fetch, WebSocket] });
 */
export class SocketWithUpgrade extends SocketWithoutUpgrade {
  // Without initial values: the constructor of the parent class sets them.
  /** Set while WebSocket, the first choice, may still be replaced. */
  declare protected raceTimer: ReturnType<typeof setTimeout> | undefined;
  /** Long-polling that opens beside WebSocket, or that came second and is not closed yet. */
  declare protected rival: Transport | undefined;
  declare protected upgrades: string[];

  protected override open(): void {
    const { transports, opts } = this;
    const isGiven = opts.transports || opts.transportImplementations || !opts.upgrade;
    const at = isGiven ? 0 : transports.indexOf("websocket");
    if (at > 0) {
      transports.unshift(...transports.splice(at, 1));
      this.raceTimer = this.setTimeoutFn(() => this.#startRival(), FALLBACK_DELAY);
    }
    super.open();
  }

  #startRival(): void {
    const rival = this.createTransport("polling");
    this.rival = rival
      .once("open", () => {
        this.raceTimer = this.rival = undefined;
        this.drop();
        this.setTransport(rival.removeAllListeners());
      })
      .once("error", () => {
        this.rival = undefined;
      });
    rival.open();
  }

  /** Goes on over long-polling when WebSocket has failed; whether it did. */
  #fallBack(): boolean {
    const { raceTimer, rival } = this;
    if (!raceTimer) return false;
    this.raceTimer = this.rival = undefined;
    this.clearTimeoutFn(raceTimer);
    this.transports.shift();
    this.drop();
    if (rival) this.setTransport(rival.removeAllListeners());
    else this.open();
    return true;
  }

  protected override onError(err: Error): void {
    if (!this.#fallBack()) super.onError(err);
  }

  protected override onClose(reason: string, details?: CloseDetails | Error): void {
    if (reason !== "transport close" || !this.#fallBack()) super.onClose(reason, details);
  }

  protected override drop(): void {
    this.clearTimeoutFn(this.raceTimer);
    this.raceTimer = undefined;
    this.rival?.removeAllListeners().close();
    super.drop();
  }

  protected override onHandshake(data: HandshakeData): void {
    const { rival } = this;
    this.clearTimeoutFn(this.raceTimer);
    this.raceTimer = undefined;
    // The server may have made a session for the one that came second: it has to be told.
    rival?.removeAllListeners().once("packet", ({ data }) => {
      rival.query.sid = parseHandshake(data)?.sid as string;
      rival.close();
    });
    const offered: unknown[] = Array.isArray(data.upgrades) ? data.upgrades : [];
    this.upgrades = this.transports.filter((name) => offered.includes(name) && name !== this.transport.name);
    super.onHandshake(data);
  }

  protected override onOpen(): void {
    super.onOpen();
    if (this.readyState === "open" && this.opts.upgrade) {
      for (const name of this.upgrades) this.#probe(name);
    }
  }

  /** Tries a transport beside the present one, and moves to it if it works. Protocol: Engine.IO v4, "Upgrade". */
  #probe(name: string): void {
    const transport = this.createTransport(name);
    let state: ProbeState = "opening";
    const step = (event: ProbeEvent): boolean => {
      const before = state;
      state = nextProbeState(state, event);
      return state !== before;
    };

    const forget = () => {
      this.off("close", onEvent).off("upgrading", onEvent);
      transport.removeAllListeners();
    };
    const fail = (reason?: unknown) => {
      const wasSwitching = state === "switching";
      if (!step("fail")) return;
      forget();
      transport.close();
      if (wasSwitching) {
        this.upgrading = false;
        this.transport.resume();
        this.flush();
      }
      if (reason) {
        const details = { code: "ERR_PROBE", transport: name, cause: reason };
        this.emitReserved("upgradeError", failure(`probe error: ${reason}`, details));
      }
    };
    // The connection is closed, or another transport was faster, which is no error.
    const onEvent = (other: unknown) => {
      if (other !== transport) fail(this.readyState === "closed" && "socket closed");
    };
    const onPong = () => {
      step("pong");
      this.upgrading = true;
      this.emitReserved("upgrading", transport);
      // A listener may have closed the connection.
      if (state !== "switching") return;
      this.transport.pause(() => {
        if (!step("paused")) return;
        forget();
        this.setTransport(transport);
        transport.send([{ type: "upgrade" }]);
        this.upgrading = false;
        this.remember();
        this.emitReserved("upgrade", transport);
        this.flush();
      });
    };

    transport
      .once("open", () => {
        step("open");
        transport.send([{ type: "ping", data: "probe" }]);
        transport.once("packet", ({ type, data }) => {
          if (type === "pong" && data === "probe") onPong();
          else fail("unexpected packet");
        });
      })
      .once("error", fail)
      .once("close", () => fail("transport closed"));
    this.on("close", onEvent).on("upgrading", onEvent);

    if (name !== "webtransport" && this.upgrades.includes("webtransport")) {
      this.setTimeoutFn(() => {
        if (state === "opening") transport.open();
      }, WEBTRANSPORT_LEAD);
    } else {
      transport.open();
    }
  }
}
