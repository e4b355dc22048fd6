import type { RuntimeName } from "testkit";

/** What a host can do that others cannot. All of it is in the table of docs/compatibility.md. */
export interface Capabilities {
  /** `Content-Encoding: br` for polling, beside gzip and deflate. */
  brotli: boolean;
  /** permessage-deflate. */
  webSocketCompression: boolean;
  /** A message above `maxHttpBufferSize` is refused by its header, before the rest has come. */
  refusesLargeMessagesUnread: boolean;
  /** A client whose frames are not masked, as the standard demands, is disconnected. */
  insistsOnMasks: boolean;
  /** The request that a session which ends leaves unanswered is cut. Otherwise it is answered with status 400. */
  cutsRequests: boolean;
  /** A WebSocket whose connection breaks ends with "transport close". Otherwise with "transport error". */
  tellsCutsFromErrors: boolean;
}

export interface Host {
  readonly runtime: RuntimeName;
  /** For the runtime. */
  readonly args: readonly string[];
  /** The file in `server/` that serves. */
  readonly server: string;
  readonly can: Capabilities;
}

const NODE: Capabilities = {
  brotli: true,
  webSocketCompression: true,
  refusesLargeMessagesUnread: true,
  insistsOnMasks: true,
  cutsRequests: true,
  tellsCutsFromErrors: true,
};

const BUN: Capabilities = {
  ...NODE,
  brotli: false,
  cutsRequests: false,
};

const DENO: Capabilities = {
  ...NODE,
  brotli: false,
  webSocketCompression: false,
  refusesLargeMessagesUnread: false,
  insistsOnMasks: false,
  cutsRequests: false,
  tellsCutsFromErrors: false,
};

const DENO_ARGS = ["run", "--allow-all", "--node-modules-dir=manual", "--v8-flags=--expose-gc"];

const node = (runtime: RuntimeName): Host => ({ runtime, args: ["--expose-gc"], server: "node", can: NODE });
const bun = (server: string, can = BUN): Host => ({ runtime: "bun", args: [], server, can });
const deno = (server: string, can = DENO): Host => ({ runtime: "deno", args: DENO_ARGS, server, can });

export const HOSTS = {
  "Node.js 20": node("node"),
  "Node.js 22": node("node-22"),
  "Node.js 24": node("node-24"),
  "Hono on Node.js": {
    ...node("node"),
    server: "hono",
    can: { ...NODE, brotli: false, cutsRequests: false },
  },
  Bun: bun("bun"),
  "Hono on Bun": bun("bun-hono"),
  "node:http on Bun": bun("node", NODE),
  Deno: deno("deno"),
  "Hono on Deno": deno("deno-hono"),
  "node:http on Deno": deno("node", NODE),
} as const satisfies Record<string, Host>;
