// biome-ignore-all lint/suspicious/noExplicitAny: reason: `data` is of any shape unless the application says so
import type { DefaultEventsMap, EventsMap } from "typed-emitter";
import type { RemoteSocket } from "../broadcast/broadcast-operator.js";
import type { ServerContract, SocketContract } from "../contract.js";
import { codedError } from "../errors.js";
import { Namespace } from "./namespace.js";
import { ParentAdapter } from "./parent-adapter.js";

/**
 * What `of()` returns for a regular expression or a function: its middleware and connection listeners are those of every
 * namespace that it makes, and what is sent to it goes to all of them.
 *
 * @example
 * const workspaces = io.of(/^\/\w+$/);
 * workspaces.on("connection", (socket) => socket.nsp.emit("hello"));
 * workspaces.emit("hello to all of them");
 */
export class ParentNamespace<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  ServerSideEvents extends EventsMap = DefaultEventsMap,
  SocketData = any,
  Socket extends SocketContract = SocketContract,
  Server extends ServerContract = ServerContract,
> extends Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData, Socket, Server> {
  declare adapter: ParentAdapter;

  override _initAdapter(): void {
    this.adapter = new ParentAdapter(this as never);
  }

  /** Makes the namespace of that name. */
  createChild(
    name: string,
  ): Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData, Socket, Server> {
    const child = new Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData, Socket, Server>(
      this.server,
      name,
    );
    child._contract = this._contract;
    child._middleware.push(...this._middleware);
    for (const event of ["connect", "connection"] as const) {
      for (const listener of this.listeners(event)) child.on(event, listener);
    }
    const { children } = this.adapter;
    children.add(child);
    if (this.server.opts.cleanupEmptyChildNamespaces) {
      child._onEmpty = () => {
        if (!children.delete(child)) return;
        this.server._nsps.delete(name);
        child._closeAdapter();
      };
    }
    this.server._addNamespace(child);
    return child;
  }

  /** @throws Error with code `ERR_PARENT_NAMESPACE`: its sockets are those of its children */
  override fetchSockets(): Promise<RemoteSocket<EmitEvents, SocketData>[]> {
    throw codedError("ERR_PARENT_NAMESPACE", "fetchSockets() is not supported on parent namespaces");
  }
}
