import type { RequestListener } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo, Server as NetServer } from "node:net";
import { waitFor } from "testkit";
import callable, { type Server } from "../../src/index.js";

const require = createRequire(import.meta.url);

export const express: () => RequestListener = require("express");

export interface RunningRecipe {
  io: Server;
  port: number;
  /** The arguments of each `console.log`. */
  logs: unknown[][];
  close(): Promise<void>;
}

/** What the reader of a recipe has at hand besides `require` and `console`. */
export type Surroundings = Record<string, unknown>;

/** Runs server blocks as one script, as written but for the port. */
export async function runServer(code: string, surroundings: Surroundings = {}): Promise<RunningRecipe> {
  const logs: unknown[][] = [];
  const names = {
    require: (name: string) => (name === "socket.io" ? callable : require(name)),
    console: { log: (...args: unknown[]) => logs.push(args) },
    ...surroundings,
  };
  const script = `${code.replaceAll("listen(80)", "listen(0)")}\n;return io;`;
  const io = new Function(...Object.keys(names), script)(...Object.values(names)) as Server;
  const httpServer = io.httpServer as NetServer;
  if (!httpServer.listening) await waitFor(httpServer, "listening");
  return { io, port: (httpServer.address() as AddressInfo).port, logs, close: () => io.close() };
}
