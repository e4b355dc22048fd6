import type { IncomingMessage } from "node:http";
import { type Packet, PacketType } from "socket.io-parser";
import type {
  ClientContract,
  NamespaceContract,
  ServerContract,
  SocketContract,
  WriteOptions,
} from "../contract.js";
import type { DisconnectReason } from "../socket/disconnect-reason.js";
import { type ClientState, type ClientTransition, nextClientState } from "./client-state.js";
import type { Connection } from "./connection.js";
import type { PacketDecoder } from "./parser-contract.js";
import { isLegacy, parseLegacyConnect } from "./protocol-3.js";

const KEEP = Object.freeze({ droppable: false });

/** One connection and the sockets that share it, one for each namespace. */
export class Client<Socket extends SocketContract = SocketContract, Conn extends Connection = Connection>
  implements ClientContract
{
  readonly conn: Conn;
  readonly id: string;
  readonly server: ServerContract;
  /** The sockets by id. */
  readonly sockets = new Map<string, Socket>();
  /** The sockets by name of their namespace. */
  readonly nsps = new Map<string, Socket>();
  readonly #decoder: PacketDecoder;
  /** The namespaces that have not answered yet. */
  #pending: Set<string> | undefined;
  #connectTimer: NodeJS.Timeout | undefined;
  /** How many packets were decoded and not handled yet. */
  #queued = 0;
  #state: ClientState = "open";

  constructor(server: ServerContract, conn: Conn) {
    this.server = server;
    this.conn = conn;
    this.id = conn.id;
    this.#decoder = new server._parser.Decoder();
    // What a packet leads to never runs inside the decoder: an error of the application is not a parse error.
    this.#decoder.on("decoded", (packet) => {
      this.#queued++;
      process.nextTick(receive, this, packet);
    });
    conn.on("data", (data: unknown) => {
      if (this.#state !== "open") return;
      try {
        this.#decoder.add(data);
      } catch (error) {
        this.#onerror(error as Error, "parse error");
      }
    });
    conn.on("error", (error: Error) => this.#onerror(error, "transport error"));
    conn.on("close", (reason: DisconnectReason, details?: unknown) => this.#onclose(reason, details));
    this.#connectTimer = setTimeout(() => this.#close("forced server close"), server._connectTimeout);
    // Such clients do not ask for the main namespace: they are in it.
    if (isLegacy(this)) this.#connect("/", {});
  }

  /** The request that opened the connection. */
  get request(): IncomingMessage {
    return this.conn.request;
  }

  /** Sends a packet, or several that are encoded already; dropped unless the connection is open. */
  _packet(packet: Packet | unknown[], options?: WriteOptions): void {
    if (!this.#canWrite(options)) return;
    if (options?.preEncoded) this.writeToEngine(packet as unknown[], options);
    else this.#writePacket(packet as Packet, options);
  }

  #writePacket(packet: Packet, options: WriteOptions | undefined): void {
    const parts = this.server.encoder.encode(packet);
    // An engine may drop an event whole, never a part of one, nor what keeps both ends in step.
    const droppable = packet.type === PacketType.EVENT && parts.length === 1;
    this.#writeParts(parts, droppable ? options : options ? { ...options, droppable: false } : KEEP);
  }

  /** Writes what an encoder returned: how adapters deliver. The same array is framed once for all connections. */
  writeToEngine(encodedPackets: unknown, options?: WriteOptions): void {
    if (!this.#canWrite(options)) return;
    const parts = Array.isArray(encodedPackets) ? encodedPackets : [encodedPackets];
    if (this.conn.writePrepared) this.conn.writePrepared(this.server._prepared.get(parts), options);
    else this.#writeParts(parts, options);
  }

  #canWrite(options: WriteOptions | undefined): boolean {
    const { conn } = this;
    return conn.readyState === "open" && !(options?.volatile && !conn.transport.writable);
  }

  #writeParts(parts: unknown[], options: (WriteOptions & { droppable?: boolean }) | undefined): void {
    for (const part of parts) this.conn.write(part as string | Uint8Array, options);
  }

  /** Handles a decoded packet. */
  _onpacket(packet: Packet): void {
    this.#queued--;
    if (this.#state !== "open" && this.#state !== "draining") return;
    const { nsp, type } = packet;
    const socket = this.nsps.get(nsp);
    if (type === PacketType.CONNECT) {
      if (isLegacy(this)) {
        const { name, auth } = parseLegacyConnect(nsp);
        this.#connect(name, auth);
      } else {
        this.#connect(nsp, packet.data);
      }
    } else if (socket && type !== PacketType.CONNECT_ERROR) {
      socket._onpacket(packet);
    } else {
      this.#refuse();
    }
  }

  #refuse(): void {
    this.#transition("violation");
    this.conn.close();
  }

  #connect(name: string, data: unknown): void {
    if (this.nsps.has(name) || this.#pending?.has(name)) {
      this.#refuse();
      return;
    }
    const auth = (data ?? {}) as Record<string, unknown>;
    this.#pending ??= new Set();
    const pending = this.#pending;
    pending.add(name);
    const refused = (data: unknown) => {
      pending.delete(name);
      this._packet({ type: PacketType.CONNECT_ERROR, nsp: name, data });
    };
    const join = (nsp: NamespaceContract) =>
      nsp._add(this, auth, {
        accepted: (socket) => {
          pending.delete(name);
          clearTimeout(this.#connectTimer);
          this.#connectTimer = undefined;
          this.sockets.set(socket.id, socket as Socket);
          this.nsps.set(name, socket as Socket);
        },
        refused: (error) => refused(isLegacy(this) ? error.data || error.message : error),
      });

    const nsp = this.server._nsps.get(name);
    const found = (made: NamespaceContract | false) => {
      if (made) join(made);
      else refused({ message: "Invalid namespace" });
    };
    if (nsp) join(nsp);
    else this.server._checkNamespace(name, auth, found);
  }

  /** Disconnects every socket, then closes the connection. */
  _disconnect(): void {
    for (const socket of [...this.sockets.values()]) socket.disconnect();
    this.sockets.clear();
    this.#close("forced server close");
  }

  /** Forgets a socket that has left. */
  _remove(socket: SocketContract): void {
    if (this.sockets.delete(socket.id)) this.nsps.delete(socket.nsp.name);
  }

  #close(reason: DisconnectReason): void {
    if (this.conn.readyState !== "open") return;
    this.conn.close();
    this.#onclose(reason);
  }

  #onerror(error: Error, reason: DisconnectReason): void {
    if (this.#state !== "open") return;
    for (const socket of [...this.sockets.values()]) socket._onerror(error);
    this.#onclose(reason);
    this.conn.close();
  }

  #onclose(reason: DisconnectReason, description?: unknown): void {
    if (!this.#transition("close")) return;
    clearTimeout(this.#connectTimer);
    // What came before the end is still handled before it.
    if (this.#queued) process.nextTick(() => this.#leave(reason, description));
    else this.#leave(reason, description);
  }

  #leave(reason: DisconnectReason, description: unknown): void {
    this.#transition("drained");
    for (const socket of [...this.sockets.values()]) socket._onclose(reason, description);
    this.sockets.clear();
    this.nsps.clear();
    this.#decoder.destroy();
  }

  /** Whether there was something to do. */
  #transition(transition: ClientTransition): boolean {
    const next = nextClientState(this.#state, transition);
    if (!next) return false;
    this.#state = next;
    return true;
  }
}

function receive(client: Client, packet: Packet): void {
  client._onpacket(packet);
}
