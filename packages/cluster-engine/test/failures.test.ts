import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { connect, createServer as createHttp2Server } from "node:http2";
import { createServer, type Socket } from "node:net";
import type { ServerOptions } from "engine.io";
import { httpRequest, openRawWebSocket, openTcp, openWebSocket, Queue, waitFor, within } from "testkit";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type ClusterLink, NodeClusterEngine, tcpLink, unixLink } from "../src/index.js";
import { PATH, SECRET, startNode, startPair, temporaryFolder } from "./support/pair.js";

const UNKNOWN = { status: 400, text: '{"code":1,"message":"Session ID unknown"}' };

/** A node that takes requests and never says a word, and one that relays them to it. */
async function startSilent(options?: ServerOptions) {
  const link = unixLink({ directory: temporaryFolder() });
  const sockets = new Set<Socket>();
  const asked = new Queue<Socket>("a relayed request");
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("data", () => asked.push(socket));
    socket.on("error", () => {});
  });
  const path = (link.address as { path: string }).path;
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { address, nodeId } = unixLink({ directory: temporaryFolder() });
  const { url, engine } = await startNode({ ...link, address, nodeId }, options);
  const sid = sidOf(link);
  return { link, asked, url, engine, sid, target: targetOf(sid) };
}

const sidOf = (link: ClusterLink) => link.nodeId.padEnd(20, "x");
const targetOf = (sid: string) => `${PATH}?EIO=4&transport=polling&sid=${sid}`;

describe("an owner that is gone", () => {
  test("while a poll waits: the client is told at once", async () => {
    const { url, engine, asked, target, sid, link } = await startSilent();
    const contexts: unknown[] = [];
    engine.on("connection_error", ({ context }) => contexts.push(context));
    const reply = httpRequest(url, target);
    (await asked.next()).destroy();
    expect(await reply).toMatchObject(UNKNOWN);
    const error = expect.objectContaining({ code: "ECONNRESET" });
    expect(contexts).toEqual([{ sid, relay: { nodeId: link.nodeId, error } }]);
  });

  test("while an upgrade waits", async () => {
    const { url, asked, target } = await startSilent();
    const upgrade = openRawWebSocket(url, target.replace("polling", "websocket"));
    const refused = expect(upgrade).rejects.toMatchObject({
      reply: expect.stringContaining("400 Bad Request"),
    });
    (await asked.next()).destroy();
    await refused;
  });

  test("in the middle of its answer: so is what the client gets", async () => {
    const { url, asked, target } = await startSilent();
    const refused = expect(httpRequest(url, target)).rejects.toMatchObject({ code: "ECONNRESET" });
    const socket = await asked.next();
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n4hel", () => socket.destroy());
    await refused;
  });

  test("and has left a socket behind: the next one who asks removes it", async () => {
    const directory = temporaryFolder();
    const dead = unixLink({ directory });
    const { path } = dead.address as { path: string };
    // Only a process that is killed leaves its socket there.
    const code = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
    expect(spawnSync(process.execPath, ["-e", code]).signal).toBe("SIGKILL");
    expect(existsSync(path)).toBe(true);
    const { url } = await startNode(unixLink({ directory }));
    const target = targetOf(sidOf(dead));
    expect(await httpRequest(url, target)).toMatchObject(UNKNOWN);
    await vi.waitUntil(() => !existsSync(path), { timeout: 10_000 });
    expect(await httpRequest(url, target)).toMatchObject(UNKNOWN);
  });
});

test("an owner that does not answer: the client is told after pingInterval + pingTimeout", async () => {
  const { url, engine, target } = await startSilent({ pingInterval: 50, pingTimeout: 50 });
  const codes: unknown[] = [];
  engine.on("connection_error", ({ context }) =>
    codes.push((context.relay as { error: { code: string } }).error.code),
  );
  expect(await httpRequest(url, target)).toMatchObject(UNKNOWN);
  await expect(openRawWebSocket(url, target.replace("polling", "websocket"))).rejects.toMatchObject({
    reply: expect.stringContaining("400 Bad Request"),
  });
  expect(codes).toEqual(["ERR_RELAY_TIMEOUT", "ERR_RELAY_TIMEOUT"]);
});

describe("close()", () => {
  test("of the owner: polls are answered, then its sessions are unknown", async () => {
    const { owner, poll } = await startPair();
    const { request } = await poll();
    const waiting = request();
    await request({ method: "POST", body: "4x" });
    expect((await waiting).text).toBe("4x");
    const last = request();
    await request({ method: "POST", body: "3" });
    owner.engine.close();
    expect((await last).text).toBe("1");
    expect(await request()).toMatchObject(UNKNOWN);
  });

  test("of the node in between: nothing it relays is left hanging, nor taken any more", async () => {
    const { other, owner, poll } = await startPair();
    const first = await poll();
    const second = await poll();
    const wire = await openWebSocket(other.url, { target: second.target.replace("polling", "websocket") });
    wire.send("2probe");
    expect(await wire.text()).toBe("3probe");
    const waiting = first.request();
    await first.request({ method: "POST", body: "3" });
    const gone = waitFor(first.socket, "close");
    other.engine.close();
    expect((await waiting).status).toBe(503);
    await wire.closed();
    await gone;
    expect((await first.request()).status).toBe(503);
    expect(Object.keys(owner.engine.clients)).toEqual([second.sid]);
  });

  test("listening again takes requests of other nodes again", async () => {
    const { owner, poll } = await startPair();
    owner.engine.close();
    owner.http.emit("listening");
    const { request } = await poll();
    expect((await request({ method: "POST", body: "4x" })).text).toBe("ok");
  });
});

describe("who may ask over TCP", () => {
  const relayed = (secret: string) => ({ "x-socket-io-relay": `${secret} plain 127.0.0.1` });

  test.each([
    ["no header", {}],
    ["the header alone", { "x-socket-io-relay": "" }],
    ["another secret", relayed("x".repeat(SECRET.length))],
    ["no secret", relayed("-")],
  ])("not somebody with %s", async (_, headers) => {
    const { owner, poll } = await startPair("tcp");
    const { target } = await poll();
    const { host, port } = owner.link.address as { host: string; port: number };
    const url = `http://${host}:${port}`;
    expect((await httpRequest(url, target, { headers })).status).toBe(403);
    const tcp = await openTcp(url);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    tcp.write(
      `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n${lines.join("")}\r\n`,
    );
    expect((await tcp.takeAll()).length).toBe(0);
  });

  test("nor a client with the header on the public side", async () => {
    const { owner } = await startPair("tcp");
    const addresses: string[] = [];
    owner.engine.on("connection", ({ remoteAddress, request }) =>
      addresses.push(remoteAddress, `${request.socket.remoteAddress}`),
    );
    const headers = { "x-socket-io-relay": `${SECRET} tls 6.6.6.6` };
    await httpRequest(owner.url, `${PATH}?EIO=4&transport=polling`, { headers });
    expect(addresses).toEqual(["127.0.0.1", "127.0.0.1"]);
  });
});

test("a client of HTTP/2 is relayed too", async () => {
  const directory = temporaryFolder();
  const owner = await startNode(unixLink({ directory }));
  const other = await startNode(unixLink({ directory }), {}, createHttp2Server() as never);
  const target = `${PATH}?EIO=4&transport=polling`;
  const handshake = await httpRequest(owner.url, target);
  const { sid } = JSON.parse(handshake.text.slice(1)) as { sid: string };
  const session = connect(other.url);
  onTestFinished(() => session.close());
  const request = async (method: string, body?: string) => {
    const stream = session.request({ ":method": method, ":path": `${target}&sid=${sid}` });
    stream.end(body);
    let text = "";
    for await (const chunk of stream.setEncoding("utf8")) text += chunk;
    return text;
  };
  expect(await within(request("POST", "4over http/2"), "the reply to the POST")).toBe("ok");
  expect(await within(request("GET"), "the reply to the poll")).toBe("4over http/2");
});

describe("ids", () => {
  test("are 20 characters, begin with the node, and differ", async () => {
    const { owner } = await startPair();
    const ids = Array.from({ length: 1000 }, () => owner.engine.generateId({} as never) as string);
    expect(new Set(ids).size).toBe(1000);
    for (const id of ids) expect(id).toMatch(new RegExp(`^${owner.engine.nodeId}[\\w-]{15}$`));
  });

  test("of the application must begin with the node", async () => {
    const { owner, other } = await startPair();
    const problems: string[] = [];
    owner.engine.on("connection_error", ({ context }) => problems.push(String(context.error)));
    owner.engine.generateId = () => "mine";
    const target = `${PATH}?EIO=4&transport=polling`;
    expect((await httpRequest(owner.url, target)).status).toBe(400);
    expect(problems).toEqual([
      `Error: generateId(): ids must begin with ${owner.engine.nodeId}, the node they are of, not mine`,
    ]);
    const sid = `${owner.engine.nodeId}-mine`;
    owner.engine.generateId = async () => sid;
    await httpRequest(owner.url, target);
    expect((await httpRequest(other.url, `${target}&sid=${sid}`, { method: "POST", body: "4x" })).text).toBe(
      "ok",
    );
  });
});

describe("options", () => {
  const peers = ["10.0.0.1:7000"];
  test.each([
    ["a short secret", { address: "10.0.0.1:7000", peers, secret: "short" }],
    ["a secret with spaces", { address: "10.0.0.1:7000", peers, secret: "a secret with spaces in it" }],
    ["an address without port", { address: "10.0.0.1", peers, secret: SECRET }],
    ["an address with a port too high", { address: "10.0.0.1:70000", peers, secret: SECRET }],
    ["a peer that is a URL", { address: "10.0.0.1:7000", peers: ["http://a.com"], secret: SECRET }],
  ])("tcpLink refuses %s", (_, options) => {
    expect(() => tcpLink(options)).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  });

  test("tcpLink knows the peers of the moment, and nobody else", () => {
    const all = ["10.0.0.1:7000", "[::1]:7000"];
    const nodes = all.map((address) => tcpLink({ address, peers: [], secret: SECRET }).nodeId);
    let current = all;
    const link = tcpLink({ address: "a:1", peers: () => current, secret: SECRET });
    expect(nodes.map((id) => link.find(id))).toEqual([
      { host: "10.0.0.1", port: 7000 },
      { host: "::1", port: 7000 },
    ]);
    current = [...all.slice(1), "later:2"];
    const { nodeId } = tcpLink({ address: "later:2", peers: [], secret: SECRET });
    expect([nodes[0] as string, nodeId, "zzzzz"].map((id) => link.find(id))).toEqual([
      undefined,
      { host: "later", port: 2 },
      undefined,
    ]);
  });

  test("NodeClusterEngine says what the primary has to do", () => {
    expect(() => new NodeClusterEngine()).toThrow(expect.objectContaining({ code: "ERR_NO_PRIMARY" }));
  });
});

test("requests by fetch are refused, since they would not be relayed", async () => {
  const { engine } = await startNode(unixLink({ directory: temporaryFolder() }));
  await expect(engine.fetch()).rejects.toMatchObject({ code: "ERR_UNSUPPORTED" });
});
