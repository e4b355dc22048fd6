import type { SocketOptions } from "./contract.js";
import type { Manager, ManagerConstructor } from "./manager.js";
import type { ManagerOptions } from "./options.js";
import type { Socket } from "./socket.js";
import { resolveTarget } from "./url.js";

type Options = Partial<ManagerOptions & SocketOptions>;

/**
 * The socket of a namespace. Namespaces of one server share a connection; asking twice for the same namespace opens a second
 * connection, and so do `forceNew` and `multiplex: false`.
 *
 * @param uri `http://host/namespace?query`; without a host, the page's own
 * @throws `ERR_INVALID_URL`, `ERR_NO_LOCATION` without host outside of a page, `ERR_INVALID_OPTION`
 *
 * @example
 * const socket = io("https://example.com/chat", { auth: { token } });
 */
interface Lookup {
  (opts?: Options): Socket;
  (uri?: string | Options, opts?: Options): Socket;
}

/** {@link Lookup}, with what else is called by way of it. */
export interface Io extends Lookup {
  Manager: ManagerConstructor;
  Socket: typeof Socket;
  protocol: number;
  io: Lookup;
  connect: Lookup;
}

/** `io()` over a kind of manager. */
export function createLookup(Manager: ManagerConstructor, SocketClass: typeof Socket, protocol: number): Io {
  /** The managers whose connection can be shared, by origin and path. */
  const managers = new Map<string, Manager>();

  const io = ((uri?: string | Options, opts?: Options): Socket => {
    const [url, options = {}] = typeof uri === "object" ? [undefined, uri] : [uri, opts];
    const { source, origin, nsp } = resolveTarget(url, globalThis.location);
    const key = `${origin} ${options.path}`;
    const shared = managers.get(key);
    const isAlone = options.forceNew || options.multiplex === false || (shared && nsp in shared.nsps);
    const manager = (!isAlone && shared) || new Manager(source, options);
    if (!isAlone) managers.set(key, manager);
    return manager.socket(nsp, options);
  }) as Lookup;

  return Object.assign(io, { Manager, Socket: SocketClass, protocol, io, connect: io });
}
