import { connect, createServer, type Socket } from "node:net";
import { type ChunkFaults, type Direction, type DirectionFaults, FaultPipe } from "./fault-pipe.js";
import { listen } from "./listen.js";

/** Some bytes on their way. */
export interface PassingChunk {
  /** As they came in, which says nothing of where a message begins. */
  bytes: Buffer;
  direction: Direction;
  /** The number of the connection, from 1. */
  connection: number;
}

export interface FaultProxyOptions {
  /** Where to: only host and port of the url count. */
  target: string;
  toServer?: DirectionFaults;
  toClient?: DirectionFaults;
  /** Sees each chunk before it is sent on, and says what is done to it: for a fault at the very moment something is said. */
  inspect?(chunk: PassingChunk): ChunkFaults | undefined;
}

export interface ProxyCounters {
  /** Connections ever accepted. */
  connections: number;
  /** Connections open now. */
  open: number;
  /** Bytes handed on. */
  toServer: number;
  toClient: number;
  /** Connections this proxy broke, by `reset()`, `cut()` or `resetAfter`. */
  broken: number;
}

/** A TCP proxy on loopback that does to a connection what networks do. */
export interface FaultProxy {
  readonly port: number;
  /** To be used in place of the target's url. */
  readonly url: string;
  readonly counters: Readonly<ProxyCounters>;
  /** Replaces the faults of one direction, for open connections too; bytes already held keep their delay. */
  set(direction: Direction, faults: DirectionFaults): void;
  /** Holds one direction still; `resume` lets it flow again with the faults it had. */
  stall(direction: Direction): void;
  resume(direction: Direction): void;
  /** Breaks all open connections with a TCP reset, both sides. */
  reset(): void;
  /** Ends all open connections in good order, both sides, dropping what is held. */
  cut(): void;
  /** New connections are reset at once while this is on. */
  refuse(on: boolean): void;
  close(): Promise<void>;
}

interface Link {
  client: Socket;
  server: Socket;
  pipes: Record<Direction, FaultPipe>;
}

/**
 * @example
 * const proxy = await startFaultProxy({ target: url, toServer: { chunk: 1 } });
 * const socket = io(proxy.url);
 * proxy.stall("toClient");
 */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const target = new URL(options.target);
  const faults: Record<Direction, DirectionFaults> = {
    toServer: { ...options.toServer },
    toClient: { ...options.toClient },
  };
  const counters: ProxyCounters = { connections: 0, open: 0, toServer: 0, toClient: 0, broken: 0 };
  const links = new Set<Link>();
  let refusing = false;

  const breakLink = (link: Link, how: (socket: Socket) => void) => {
    if (!links.delete(link)) return;
    counters.broken++;
    how(link.client);
    how(link.server);
  };
  const reset = (socket: Socket) => socket.resetAndDestroy();

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    // a broken pipe shows as the close, which is handled
    client.on("error", () => {});
    if (refusing) {
      client.resetAndDestroy();
      return;
    }
    const connection = ++counters.connections;
    counters.open++;
    const upstream = connect({
      host: target.hostname,
      port: Number(target.port),
      allowHalfOpen: true,
      noDelay: true,
    });
    upstream.on("error", () => client.resetAndDestroy());
    const link: Link = {
      client,
      server: upstream,
      pipes: { toServer: pipe("toServer", client, upstream), toClient: pipe("toClient", upstream, client) },
    };
    links.add(link);
    function pipe(direction: Direction, from: Socket, to: Socket): FaultPipe {
      return new FaultPipe({
        from,
        to,
        faults: () => faults[direction],
        inspect: (bytes) => options.inspect?.({ bytes, direction, connection }),
        onForward: (bytes) => {
          counters[direction] += bytes;
        },
        onLimit: () => breakLink(link, reset),
      });
    }
    client.on("close", () => {
      counters.open--;
      links.delete(link);
      upstream.destroy();
    });
    upstream.on("close", () => client.destroy());
  });
  const { port, url, close } = await listen(server);

  const set = (direction: Direction, next: DirectionFaults) => {
    faults[direction] = { ...next };
    for (const link of links) link.pipes[direction].pump();
  };
  return {
    port,
    url,
    counters,
    set,
    stall: (direction) => set(direction, { ...faults[direction], stall: true }),
    resume: (direction) => set(direction, { ...faults[direction], stall: false }),
    reset() {
      for (const link of [...links]) breakLink(link, reset);
    },
    cut() {
      for (const link of [...links]) breakLink(link, (socket) => socket.destroySoon());
    },
    refuse(on) {
      refusing = on;
    },
    close,
  };
}
