import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { Transport, type TransportCtor, type TransportOptions } from "engine.io-client";
import type { Packet, RawData } from "engine.io-parser";
import type { EngineLike } from "socket.io-server";
import type { MemoryNetwork } from "./network.js";
import { type Heartbeat, ServerEnd } from "./server-end.js";

const HANGS_UP = { description: "the connection was cut" };
/** What a client is told it may send, as the default of a real server. */
const MAX_PAYLOAD = 1e6;

/** An engine whose clients are in the same process. */
export class MemoryEngine extends EventEmitter implements EngineLike {
  readonly clients = new Map<string, ServerEnd>();
  readonly #network: MemoryNetwork;
  readonly #heartbeat: Heartbeat;
  #count = 0;

  constructor(network: MemoryNetwork, heartbeat: Heartbeat) {
    super();
    this.#network = network;
    this.#heartbeat = heartbeat;
  }

  get clientsCount(): number {
    return this.clients.size;
  }

  close(): void {
    for (const end of [...this.clients.values()]) end.close();
  }

  /** The transport with which a client connects to this engine. */
  transport(): TransportCtor {
    const connect: Connect = (options, client) => this.#connect(options, client);
    return class extends MemoryTransport {
      constructor(options: TransportOptions) {
        super(options, connect);
      }
    } as unknown as TransportCtor;
  }

  #connect(options: TransportOptions, client: ClientEnd): Link {
    const network = this.#network;
    const toClient = network.lane();
    const toServer = network.lane();
    // Ids that tell clients apart, and are the same in each run.
    const id = `memory-${++this.#count}`;
    let server: ServerEnd | undefined;

    toServer.carry(() => {
      if (!network.reachable) return toClient.carry(client.refuse);
      const end = new ServerEnd(id, requestOf(options), this.#heartbeat, (packet) =>
        toClient.carry(() => client.receive(copied(packet))),
      );
      server = end;
      this.clients.set(id, end);
      const forget = network.onBreak(() => {
        end.end("transport close");
        client.broken();
      });
      end.once("close", () => {
        this.clients.delete(id);
        forget();
      });
      const handshake = { sid: id, upgrades: [], maxPayload: MAX_PAYLOAD, ...this.#heartbeat };
      toClient.carry(() => client.receive({ type: "open", data: JSON.stringify(handshake) }));
      this.emit("connection", end);
    });
    return { send: (packet) => toServer.carry(() => server?.receive(copied(packet))) };
  }
}

type Connect = (options: TransportOptions, client: ClientEnd) => Link;

interface Link {
  send(packet: Packet): void;
}

interface ClientEnd {
  receive(packet: Packet): void;
  /** The server cannot be reached. */
  refuse(): void;
  /** The connection ended without a word. */
  broken(): void;
}

class MemoryTransport extends Transport {
  readonly #connect: Connect;
  #link: Link | undefined;

  constructor(options: TransportOptions, connect: Connect) {
    super(options);
    this.#connect = connect;
  }

  get name(): string {
    return "memory";
  }

  protected doOpen(): void {
    const whileOpen =
      <Args extends unknown[]>(fn: (...args: Args) => unknown) =>
      (...args: Args) => {
        if (this.readyState !== "closed") fn(...args);
      };
    this.#link = this.#connect(this.opts, {
      receive: whileOpen((packet) => {
        if (packet.type === "open") this.onOpen();
        if (packet.type === "close") this.onClose(HANGS_UP);
        else this.onPacket(packet);
      }),
      refuse: whileOpen(() => this.onError("memory error", new Error("the network is down"))),
      broken: whileOpen(() => this.onClose(HANGS_UP)),
    });
  }

  protected write(packets: Packet[]): void {
    this.writable = false;
    for (const packet of packets) this.#link?.send(packet);
    queueMicrotask(() => this.onDrain());
  }

  protected doClose(): void {
    this.#link?.send({ type: "close" });
  }
}

/** Both ends own what they were given, as over a network. */
function copied({ type, data }: Packet): Packet {
  return { type, data: ArrayBuffer.isView(data) ? (Buffer.from(data as Uint8Array) as RawData) : data };
}

function requestOf({ query, extraHeaders, path }: TransportOptions): IncomingMessage {
  const headers: Record<string, string> = { host: "memory" };
  for (const [name, value] of Object.entries(extraHeaders ?? {})) headers[name.toLowerCase()] = value;
  const request = {
    method: "GET",
    url: `${path}?${new URLSearchParams(query)}`,
    headers,
    socket: { remoteAddress: "127.0.0.1" },
    _query: { ...query },
  };
  return request as unknown as IncomingMessage;
}
