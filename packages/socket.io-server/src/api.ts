// biome-ignore-all lint/suspicious/noExplicitAny: reason: `data` is of any shape unless the application says so
import type { Socket as EngineSocket } from "engine.io";
import type { Session } from "socket.io-adapter";
import type { DefaultEventsMap, EventsMap } from "typed-emitter";
import type { Client as ClientClass } from "./client/client.js";
import type { Contract, IncomingEvents, OutgoingEvents } from "./guards/schema-contract.js";
import { Namespace as NamespaceClass } from "./namespace/namespace.js";
import type { HttpServerInstance } from "./server/http-server.js";
import { Server as ServerClass } from "./server/server.js";
import type { ServerOptions } from "./server/server-options.js";
import { Socket as SocketClass } from "./socket/socket.js";

// Each class is written against contracts of the others, so that no file imports in a circle. Here they meet, under the names that
// users know.

/** {@inheritDoc SocketClass} */
export interface Socket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  ServerSideEvents extends EventsMap = DefaultEventsMap,
  SocketData = any,
> extends SocketClass<
    ListenEvents,
    EmitEvents,
    ServerSideEvents,
    SocketData,
    Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>,
    Client<ListenEvents, EmitEvents, ServerSideEvents, SocketData>
  > {}

export interface Client<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  ServerSideEvents extends EventsMap = DefaultEventsMap,
  SocketData = any,
> extends ClientClass<Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>, EngineSocket<any>> {}

/** {@inheritDoc NamespaceClass} */
export interface Namespace<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  ServerSideEvents extends EventsMap = DefaultEventsMap,
  SocketData = any,
> extends NamespaceClass<
    ListenEvents,
    EmitEvents,
    ServerSideEvents,
    SocketData,
    Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>,
    Server<ListenEvents, EmitEvents, ServerSideEvents, SocketData>
  > {
  contract<const C extends Contract>(
    contract: C,
  ): Namespace<IncomingEvents<C, ListenEvents>, OutgoingEvents<C, EmitEvents>, ServerSideEvents, SocketData>;
}

/** {@inheritDoc ServerClass} */
export interface Server<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  ServerSideEvents extends EventsMap = DefaultEventsMap,
  SocketData = any,
> extends ServerClass<
    ListenEvents,
    EmitEvents,
    ServerSideEvents,
    SocketData,
    Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>,
    Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>
  > {}

export interface SocketConstructor {
  readonly prototype: Socket;
  new <
    ListenEvents extends EventsMap = DefaultEventsMap,
    EmitEvents extends EventsMap = ListenEvents,
    ServerSideEvents extends EventsMap = DefaultEventsMap,
    SocketData = any,
  >(
    nsp: Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>,
    client: Client<ListenEvents, EmitEvents, ServerSideEvents, SocketData>,
    auth: Record<string, unknown>,
    session?: Session,
  ): Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>;
}

export interface NamespaceConstructor {
  readonly prototype: Namespace;
  new <
    ListenEvents extends EventsMap = DefaultEventsMap,
    EmitEvents extends EventsMap = ListenEvents,
    ServerSideEvents extends EventsMap = DefaultEventsMap,
    SocketData = any,
  >(
    server: Server<ListenEvents, EmitEvents, ServerSideEvents, SocketData>,
    name: string,
  ): Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>;
}

export interface ServerConstructor extends Pick<typeof ServerClass, "sendFile"> {
  readonly prototype: Server;
  new <
    ListenEvents extends EventsMap = DefaultEventsMap,
    EmitEvents extends EventsMap = ListenEvents,
    ServerSideEvents extends EventsMap = DefaultEventsMap,
    SocketData = any,
  >(
    srv?: HttpServerInstance | number | Partial<ServerOptions>,
    opts?: Partial<ServerOptions>,
  ): Server<ListenEvents, EmitEvents, ServerSideEvents, SocketData>;
}

export const Socket = SocketClass as unknown as SocketConstructor;
export const Namespace = NamespaceClass as unknown as NamespaceConstructor;
export const Server = ServerClass as unknown as ServerConstructor;
