import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { waitFor } from "testkit";
import { describe, expect, it } from "vitest";
import io, { Namespace, Server, Socket } from "../src/index.js";
import { requireBuilt, requireBundles } from "./support/built.js";

describe("the function that is the default export", () => {
  it("carries the classes", () => {
    expect([io.Server, io.Namespace, io.Socket]).toEqual([Server, Namespace, Socket]);
  });

  it("creates a server for an HTTP server", async () => {
    const httpServer = createServer();
    const server = io(httpServer, { path: "/p" });
    expect(server).toBeInstanceOf(Server);
    expect([server.httpServer, server.path()]).toEqual([httpServer, "/p"]);
    await server.close();
  });

  it.each([[[]], [[{ path: "/p" }]]])("creates a server for later from %j", async (args) => {
    const server = io(...args);
    expect(server.httpServer).toBeUndefined();
    const httpServer = createServer();
    expect(server.attach(httpServer)).toBe(server);
    expect(server.httpServer).toBe(httpServer);
    await server.close();
  });

  it.each([0, "0"])("listens on the port %j", async (port) => {
    const server = io.listen(port);
    if (!server.httpServer.listening) await waitFor(server.httpServer, "listening");
    expect((server.httpServer.address() as AddressInfo).port).toBeGreaterThan(0);
    await server.close();
  });

  it("listens as the original did, with options and a callback", async () => {
    const server = await new Promise<Server>((resolve) => {
      const created: Server = io.listen(0, { path: "/p" }, () => resolve(created));
    });
    expect(server.path()).toBe("/p");
    await server.close();
  });

  it("refuses what cannot be listened on", () => {
    const express = () => {};
    expect(() => io(express as never)).toThrow(
      "You are trying to attach socket.io to an express request handler",
    );
    expect(() => io("a string")).toThrow(expect.objectContaining({ code: "ERR_INVALID_HTTP_SERVER" }));
  });
});

it("can be required, called, constructed and reached into", async () => {
  requireBundles();
  requireBuilt("index.cjs");
  const script = fileURLToPath(new URL("./support/require-built.cjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env: {} });
  expect(JSON.parse(stdout)).toEqual({
    names: ["BroadcastOperator", "Namespace", "RemoteSocket", "Server", "Socket", "listen", "rateLimit"],
    default: false,
    servers: [true, true, true],
    attached: true,
    bundle: [200, true],
    paths: ["client-dist/socket.io.min.js", "dist/typed-events.cjs", "package.json"],
  });
});
