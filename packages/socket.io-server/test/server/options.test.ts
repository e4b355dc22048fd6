import { createServer } from "node:http";
import { createSecureServer } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import { Adapter, SessionAwareAdapter } from "socket.io-adapter";
import { expect, test } from "vitest";
import { Server, type ServerOptions } from "../../src/index.js";

test.each([
  ["path", { path: "socket.io" }],
  ["path", { path: 3 as never }],
  ["connectTimeout", { connectTimeout: -1 }],
  ["connectTimeout", { connectTimeout: "1" as never }],
  ["adapter", { adapter: new Adapter({ server: {} } as never) as never }],
  ["parser", { parser: { Encoder: class {} } }],
  ["connectionStateRecovery", { connectionStateRecovery: { maxDisconnectionDuration: Number.NaN } }],
] as [string, Partial<ServerOptions>][])("a wrong %s is refused at construction", (name, options) => {
  expect(() => new Server(options)).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_OPTION", message: expect.stringContaining(name) }),
  );
});

test("options are not changed, and frozen ones are fine", () => {
  const options = Object.freeze({
    cors: Object.freeze({ origin: "*" }),
    connectionStateRecovery: Object.freeze({}),
    transports: Object.freeze(["websocket"]) as never,
  });
  const attachOptions = Object.freeze({ path: "/attached" });
  const io = new Server(options).attach(createServer(), attachOptions).set("transports", ["polling"]);
  expect(io.opts.connectionStateRecovery).toEqual({
    maxDisconnectionDuration: 120_000,
    skipMiddlewares: true,
  });
  expect(io.adapter()).toBe(SessionAwareAdapter);
  expect(new Server(options).opts.transports).toEqual(["websocket"]);
});

test.each([
  ["http", () => createServer()],
  ["https", () => createHttpsServer()],
  ["http2", () => createSecureServer({ allowHTTP1: true })],
])("an %s server is attached to", (_name, create) => {
  const server = create();
  expect(new Server(server).httpServer).toBe(server);
  expect(server.listenerCount("upgrade")).toBe(1);
});

test("what is not available yet says so", () => {
  expect(() => new Server().attachApp({})).toThrow(expect.objectContaining({ code: "ERR_UNSUPPORTED" }));
});

test("close() in every state", async () => {
  const errors: unknown[] = [];
  const never = new Server();
  await never.close((error) => errors.push(error));
  await never.close();
  const notListening = new Server(createServer());
  await notListening.close((error) => errors.push((error as { code?: string } | undefined)?.code));
  const listening = new Server(0);
  await Promise.all([listening.close((error) => errors.push(error)), listening.close()]);
  await listening.close();
  expect(errors).toEqual([undefined, "ERR_SERVER_NOT_RUNNING", undefined]);
});
