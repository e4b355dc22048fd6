import { failure } from "./failure.js";
import type { HandshakeData } from "./handshake.js";
import { nextProbeState, type ProbeEvent, type ProbeState } from "./probe-state.js";
import { SocketWithoutUpgrade } from "./socket-without-upgrade.js";

// How much longer the other transports wait when WebTransport, the best one, can be had. Milliseconds.
const WEBTRANSPORT_LEAD = 200;

/**
 * A connection to an Engine.IO server that moves to a better transport once it is open. It takes its transports as classes, so
 * that a bundle holds no others.
 *
 * @example
 * const socket = new SocketWithUpgrade("http://localhost:3000", { transports: [Fetch, WebSocket] });
 */
export class SocketWithUpgrade extends SocketWithoutUpgrade {
  #upgrades: string[] = [];

  protected override onHandshake(data: HandshakeData): void {
    const offered: unknown[] = Array.isArray(data.upgrades) ? data.upgrades : [];
    this.#upgrades = this.transports.filter((name) => offered.includes(name) && name !== this.transport.name);
    super.onHandshake(data);
  }

  protected override onOpen(): void {
    super.onOpen();
    if (this.readyState === "open" && this.opts.upgrade) {
      for (const name of this.#upgrades) this.#probe(name);
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

    if (name !== "webtransport" && this.#upgrades.includes("webtransport")) {
      this.setTimeoutFn(() => {
        if (state === "opening") transport.open();
      }, WEBTRANSPORT_LEAD);
    } else {
      transport.open();
    }
  }
}
