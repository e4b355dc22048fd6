import { readFileSync } from "node:fs";
import {
  type ClientHttp2Session,
  connect,
  createServer as createHttp2Server,
  createSecureServer,
} from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Server as NetServer } from "node:net";
import { Socket as Client } from "published-engine.io-client";
import { waitFor } from "testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { Server, type ServerOptions } from "../../src/index.js";
import { comparable, PATH, turns } from "../support.js";

const read = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));
const TLS = { key: read("key.pem"), cert: read("cert.pem") };

async function start(http: Parameters<Server["attach"]>[0], options: ServerOptions = {}) {
  const engine = new Server(options);
  engine.attach(http);
  http.listen(0, "127.0.0.1");
  await waitFor(http, "listening");
  onTestFinished(() => {
    engine.close();
    http.close();
  });
  return { engine, port: ((http as NetServer).address() as AddressInfo).port };
}

describe.each([
  ["https", () => createHttpsServer(TLS)],
  ["http2 with HTTP/1.1 allowed", () => createSecureServer({ ...TLS, allowHTTP1: true })],
])("%s", (_, create) => {
  test.each([[["polling"]], [["websocket"]], [["polling", "websocket"]]])("%j", async (transports) => {
    const { engine, port } = await start(create());
    engine.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
    const client = new Client(`https://127.0.0.1:${port}`, { transports, ca: TLS.cert.toString() });
    await waitFor(client, transports.length > 1 ? "upgrade" : "open");
    const sent = ["a", Buffer.from([1]), "x".repeat(200_000), Buffer.alloc(200_000)];
    const received: unknown[] = [];
    client.on("message", (data) => received.push(data));
    for (const data of sent) client.send(data);
    while (received.length < sent.length) await turns(1);
    expect(comparable(received)).toEqual(comparable(sent));
    const closed = waitFor(Object.values(engine.clients)[0] as object, "close");
    client.close();
    expect((await closed)[0]).toBe("transport close");
  });
});

describe("http2", () => {
  function request(session: ClientHttp2Session, query: string, body?: string) {
    const stream = session.request({
      ":path": `${PATH}?${query}`,
      ":method": body === undefined ? "GET" : "POST",
    });
    stream.setEncoding("utf8");
    stream.end(body);
    return new Promise<{ status: number; text: string }>((resolve, reject) => {
      let status = 0;
      let text = "";
      stream.on("response", (headers) => {
        status = Number(headers[":status"]);
      });
      stream.on("data", (chunk: string) => {
        text += chunk;
      });
      stream.on("end", () => resolve({ status, text }));
      stream.on("error", reject);
    });
  }

  test("polling over one connection", async () => {
    const { engine, port } = await start(createHttp2Server(), {
      maxHttpBufferSize: 100,
      cors: { origin: "*" },
    });
    engine.use((_, res, next) => {
      res.setHeader("x-a", "1");
      next();
    });
    const session = connect(`http://127.0.0.1:${port}`);
    onTestFinished(() => session.destroy());
    const handshake = await request(session, "EIO=4&transport=polling");
    expect(handshake.status).toBe(200);
    const { sid } = JSON.parse(handshake.text.slice(1)) as { sid: string };
    const socket = engine.clients[sid] as object as { send(data: string): void };
    const query = `EIO=4&transport=polling&sid=${sid}`;
    const waiting = request(session, query);
    const received = waitFor(socket, "message");
    expect(await request(session, query, "4up")).toEqual({ status: 200, text: "ok" });
    expect(await received).toEqual(["up"]);
    socket.send("down");
    expect(await waiting).toEqual({ status: 200, text: "4down" });
    expect((await request(session, "EIO=4")).status).toBe(400);
    const closed = waitFor(socket, "close");
    expect((await request(session, query, "x".repeat(101))).status).toBe(413);
    await closed;
    // The connection itself goes on.
    expect((await request(session, "EIO=4&transport=polling")).status).toBe(200);
  });
});
