import { protocol } from "socket.io-parser";
import type { SocketOptions } from "./contract.js";
import { Manager } from "./manager.js";
import type { ManagerOptions } from "./options.js";
import { Socket } from "./socket.js";
import { resolveTarget } from "./url.js";

type Options = Partial<ManagerOptions & SocketOptions>;

/** The managers whose connection can be shared, by origin and path. */
const managers = new Map<string, Manager>();

function lookup(opts?: Options): Socket;
function lookup(uri?: string | Options, opts?: Options): Socket;
function lookup(uri?: string | Options, opts?: Options): Socket {
  const [url, options = {}] = typeof uri === "object" ? [undefined, uri] : [uri, opts];
  const { source, origin, nsp } = resolveTarget(url, globalThis.location);
  const key = `${origin} ${options.path}`;
  const shared = managers.get(key);
  if (options.forceNew || options.multiplex === false || (shared && nsp in shared.nsps)) {
    return new Manager(source, options).socket(nsp, options);
  }
  const manager = shared ?? new Manager(source, options);
  managers.set(key, manager);
  return manager.socket(nsp, options);
}

/**
 * The socket of a namespace. Namespaces of one server share a connection; asking twice for the same namespace opens a second
 * connection, and so do `forceNew` and `multiplex: false`.
 *
 * @param uri `http://host/namespace?query`; without a host, the page's own
 * @throws `ERR_NO_LOCATION` without host outside of a page, `ERR_INVALID_OPTION`
 *
 * @example
 * const socket = io("https://example.com/chat", { auth: { token } });
 */
export const io = /* @__PURE__ */ Object.assign(lookup, {
  Manager,
  Socket,
  protocol,
  io: lookup,
  connect: lookup,
});
