import type { EngineRequest, Peer } from "../core/contract.js";
import { BunPeer, type BunServer } from "./bun-peer.js";
import { WebSocketPeer } from "./web-socket-peer.js";

/** What an upgrade consists of. */
interface UpgradeInit {
  readonly raw: Request;
  readonly remoteAddress: string;
  /** Headers for the answer. */
  readonly headers: Headers;
  readonly maxPayload: number;
  /** The size in bytes from which a message is compressed, where the runtime compresses. */
  readonly compressFrom: number;
  /** How many seconds a connection may be silent before the runtime asks whether the client is there. */
  readonly idleTimeout: number;
  /** The WebSocket is open. */
  readonly onOpen: (peer: Peer) => void;
}

interface DenoNamespace {
  upgradeWebSocket(
    request: Request,
    options: { idleTimeout: number },
  ): { socket: WebSocket; response: Response };
}

/** Makes a WebSocket of a request by the means of the runtime. Gives what the `fetch` handler has to return. */
export type Upgrader = (init: UpgradeInit) => Response;

/** How the runtime upgrades; nothing where it does not from within a `fetch` handler, as on Node.js. */
export function findUpgrader(bun: BunServer | undefined): Upgrader | undefined {
  if (bun) return (init) => upgradeOnBun(bun, init);
  const { Deno } = globalThis as { Deno?: Partial<DenoNamespace> };
  if (typeof Deno?.upgradeWebSocket !== "function") return undefined;
  return (init) => upgradeOnDeno(Deno as DenoNamespace, init);
}

export function isUpgrade({ headers }: Pick<EngineRequest, "headers">): boolean {
  return String(headers.upgrade).toLowerCase() === "websocket";
}

function upgradeOnBun(server: BunServer, { raw, headers, compressFrom, onOpen }: UpgradeInit): Response {
  const peer = new BunPeer(compressFrom, onOpen);
  // Once upgraded, Bun ignores what is returned; frameworks insist on a response.
  return server.upgrade(raw, { headers, data: { peer } }) ? new Response(null) : badRequest();
}

function upgradeOnDeno(deno: DenoNamespace, init: UpgradeInit): Response {
  const { raw, headers, remoteAddress, maxPayload, idleTimeout, onOpen } = init;
  let upgraded: ReturnType<DenoNamespace["upgradeWebSocket"]>;
  try {
    upgraded = deno.upgradeWebSocket(raw, { idleTimeout });
  } catch {
    // The request lacks what a handshake must have.
    return badRequest();
  }
  const { socket, response } = upgraded;
  new WebSocketPeer(socket, remoteAddress, maxPayload, onOpen);
  for (const [name, value] of headers) response.headers.append(name, value);
  return response;
}

function badRequest(): Response {
  return new Response("Bad Request", { status: 400 });
}
