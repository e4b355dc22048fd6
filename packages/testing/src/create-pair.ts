import { Manager, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import { Server, type ServerOptions } from "socket.io-server";
import type { DefaultEventsMap, EventsMap } from "typed-emitter";
import { type Clock, startClock } from "./clock.js";
import { MemoryEngine } from "./memory-engine.js";
import { MemoryNetwork, type Network } from "./network.js";

export interface PairOptions {
  /** Those of the server; of its engine `pingInterval` and `pingTimeout` alone. */
  server?: Partial<ServerOptions>;
  /** Those of all clients. */
  client?: Partial<ManagerOptions & SocketOptions>;
  /** Milliseconds that a packet takes each way. @default 0 */
  latency?: number;
  /**
   * `"fake"`: time stands still unless `clock.advance()` moves it, for all of the process. Fake timers that vitest, jest or sinon has
   * installed are used; without them those of `@sinonjs/fake-timers` are, until `close()`. `"real"`: the time of the machine.
   * @default "fake"
   */
  clock?: "fake" | "real";
}

export interface Pair<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  // biome-ignore lint/suspicious/noExplicitAny: reason: the default of the server's own type
  SocketData = any,
> {
  /** A real server, without a port. */
  readonly io: Server<ListenEvents, EmitEvents, DefaultEventsMap, SocketData>;
  /** A real client, with a connection of its own; `socket.io.socket(nsp)` gives further namespaces of the same connection. */
  connect(nsp?: string, options?: Partial<ManagerOptions & SocketOptions>): Socket<EmitEvents, ListenEvents>;
  readonly clock: Clock;
  readonly network: Network;
  /** Disconnects the clients, closes the server and gives the time back. */
  close(): Promise<void>;
}

const HEARTBEAT = { pingInterval: 25_000, pingTimeout: 20_000 };

/**
 * A server and clients of it in memory, for the tests of applications: no port, no waiting, every delivery in order. Events arrive
 * while a test awaits something, such as `clock.advance()`, an acknowledgement or an event.
 *
 * @example
 * const { io, connect, clock, close } = createPair();
 * io.on("connection", (socket) => socket.on("hello", (name, ack) => ack(`hello ${name}`)));
 * const client = connect();
 * expect(await client.emitWithAck("hello", "world")).toBe("hello world");
 * await close();
 */
export function createPair<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  // biome-ignore lint/suspicious/noExplicitAny: reason: the default of the server's own type
  SocketData = any,
>(options: PairOptions = {}): Pair<ListenEvents, EmitEvents, SocketData> {
  const network = new MemoryNetwork(options.latency ?? 0);
  const { uninstall, ...clock } = startClock(options.clock ?? "fake", () => network.settle());
  const { pingInterval, pingTimeout } = { ...HEARTBEAT, ...options.server };
  const engine = new MemoryEngine(network, { pingInterval, pingTimeout });
  const io = new Server<ListenEvents, EmitEvents, DefaultEventsMap, SocketData>({ ...options.server });
  io.bind(engine);
  const managers: Manager[] = [];
  return {
    io,
    clock,
    network,
    connect(nsp = "/", own) {
      const settings = { ...options.client, ...own };
      const { autoConnect = true } = settings;
      // Reconnection delays are what they say, unless a test asks for chance.
      const defaults = { randomizationFactor: 0 };
      const manager = new Manager("http://memory", {
        ...defaults,
        ...settings,
        transports: [engine.transport()],
        autoConnect: false,
      });
      managers.push(manager);
      const socket = manager.socket(nsp, settings);
      return (autoConnect ? socket.connect() : socket) as unknown as Socket<EmitEvents, ListenEvents>;
    },
    async close() {
      for (const { nsps } of managers) for (const socket of Object.values(nsps)) socket.disconnect();
      network.up();
      await io.close();
      await network.settle();
      uninstall();
    },
  };
}
