import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { connect, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServerOptions, Socket } from "engine.io";
import { freePort, type HttpReply, type HttpRequestOptions, httpRequest, listen, openPolling } from "testkit";
import { onTestFinished } from "vitest";
import { ClusterEngine, type ClusterLink, tcpLink, unixLink } from "../../src/index.js";

export const PATH = "/engine.io/";
export const SECRET = "only-the-nodes-know-this";

/** A folder for the sockets of one test. */
export function temporaryFolder(): string {
  const directory = mkdtempSync(join(tmpdir(), "cluster-engine-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Links between two nodes of this process, by their kind. */
export const LINKS: Record<string, () => Promise<[ClusterLink, ClusterLink]>> = {
  async unix() {
    const directory = temporaryFolder();
    return [unixLink({ directory }), unixLink({ directory })];
  },
  async tcp() {
    const peers = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
    const [a, b] = peers.map((address) => tcpLink({ address, peers, secret: SECRET }));
    return [a as ClusterLink, b as ClusterLink];
  },
};

/** An engine that sends back what it gets, on an HTTP server of its own. */
export async function startNode(link: ClusterLink, options: ServerOptions = {}, http = createServer()) {
  const engine = new ClusterEngine(link, options);
  engine.attach(http);
  engine.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
  const { url, close } = await listen(http);
  onTestFinished(async () => {
    engine.close();
    await close();
  });
  return { engine, http, url, link };
}

/** A session, and its requests to a node that does not hold it. */
interface RelayedSession {
  sid: string;
  target: string;
  socket: Socket;
  request(more?: HttpRequestOptions): Promise<HttpReply>;
}

/** Two nodes, and a session that the first holds. */
export async function startPair(kind = "unix", options: ServerOptions = {}) {
  const [a, b] = await (LINKS[kind] as (typeof LINKS)[string])();
  const owner = await startNode(a, options);
  const other = await startNode(b, options);
  /** A polling session of the owner, whose requests go to the other node from then on. */
  const poll = async (headers: Record<string, string> = {}): Promise<RelayedSession> => {
    const { target, handshake } = await openPolling(owner.url, { path: PATH, headers });
    return {
      sid: handshake.sid,
      target,
      socket: owner.engine.clients[handshake.sid] as Socket,
      request: (more = {}) =>
        httpRequest(other.url, target, { ...more, headers: { ...headers, ...more.headers } }),
    };
  };
  return { owner, other, poll };
}

/** Gives each connection to the next of the servers. */
export async function startBalancer(urls: readonly string[]): Promise<string> {
  let turn = 0;
  const server = createTcpServer((client) => {
    const { hostname, port } = new URL(urls[turn++ % urls.length] as string);
    const upstream = connect({ host: hostname, port: Number(port) });
    client.pipe(upstream).pipe(client);
    for (const [one, peer] of [[client, upstream] as const, [upstream, client] as const]) {
      one.on("error", () => {});
      one.on("close", () => peer.destroy());
    }
  });
  const { url, close } = await listen(server);
  onTestFinished(close);
  return url;
}
