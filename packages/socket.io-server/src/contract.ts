import type { IncomingMessage } from "node:http";
import type { Adapter, SocketId } from "socket.io-adapter";
import type { Packet } from "socket.io-parser";
import type { Connection } from "./client/connection.js";
import type { PacketEncoder, Parser } from "./client/parser-contract.js";
import type { PreparedCache } from "./client/prepared-cache.js";
import type { Contract } from "./guards/schema-contract.js";
import type { ErrorHook } from "./listeners/error-hook.js";
import type { Drain, DrainedClient } from "./server/drain.js";
import type { ResolvedServerOptions } from "./server/server-options.js";
import type { DisconnectReason } from "./socket/disconnect-reason.js";
import type { ReceiptBook } from "./socket/receipts.js";

/** How an encoded packet is written to a connection. */
export interface WriteOptions {
  /** Whether the engine may compress it. @default true */
  compress?: boolean;
  /** Dropped when the connection cannot send at once. */
  volatile?: boolean;
  /** The packet is an array that an encoder returned. */
  preEncoded?: boolean;
  /** What adapters with their own base class add. Not needed: each array of encoded packets is framed once. */
  wsPreEncodedFrame?: unknown;
}

/** What a client and a namespace need of a socket. */
export interface SocketContract {
  readonly id: SocketId;
  readonly nsp: { readonly name: string };
  /** Whether an acknowledgement is waited for, by either side. */
  readonly _isBusy: boolean;
  disconnect(close?: boolean): unknown;
  _onpacket(packet: Packet): void;
  _onerror(error: Error): void;
  _onclose(reason: DisconnectReason, description?: unknown): void;
}

/** What a socket and a namespace need of a client. */
export interface ClientContract extends DrainedClient {
  readonly id: string;
  readonly conn: Connection;
  readonly request: IncomingMessage;
  _packet(packet: Packet | unknown[], options?: WriteOptions): void;
  _remove(socket: SocketContract): void;
  _disconnect(): void;
}

/** What the outcome of a connection attempt to a namespace is told to. */
export interface ConnectionAttempt {
  accepted(socket: SocketContract): void;
  refused(error: { message?: string; data?: unknown }): void;
}

/** What a socket, a client and the server need of a namespace. */
export interface NamespaceContract {
  readonly name: string;
  readonly server: ServerContract;
  readonly sockets: ReadonlyMap<SocketId, object>;
  adapter: Adapter;
  _ids: number;
  readonly _contract: Contract | undefined;
  /** The sockets whose session can be recovered, by the secret that it takes. */
  readonly _sessions: Map<string, { _supersede(): void }>;
  readonly _receipts: ReceiptBook;
  _remove(socket: SocketContract): void;
  _add(client: ClientContract, auth: Record<string, unknown>, attempt: ConnectionAttempt): void;
}

/** What clients, namespaces and sockets need of the server. */
export interface ServerContract {
  readonly opts: ResolvedServerOptions;
  readonly encoder: PacketEncoder;
  readonly _parser: Parser;
  readonly _connectTimeout: number;
  readonly _nsps: Pick<Map<string, NamespaceContract>, "get" | "delete">;
  readonly _prepared: PreparedCache;
  readonly _errors: ErrorHook;
  /** Set while the server drains. */
  readonly _drain: Drain | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: reason: adapters are made for namespaces with any event maps
  _createAdapter(nsp: any): Adapter;
  // biome-ignore lint/suspicious/noExplicitAny: reason: a namespace of any event maps
  _addNamespace(nsp: any): void;
  _checkNamespace(
    name: string,
    auth: Record<string, unknown>,
    callback: (nsp: NamespaceContract | false) => void,
  ): void;
}
