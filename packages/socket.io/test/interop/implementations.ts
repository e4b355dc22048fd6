import type { Server as HttpServer } from "node:http";
import { Server as PublishedServer, type ServerOptions } from "published-socket.io";
import {
  type ManagerOptions,
  io as publishedIo,
  type Socket,
  type SocketOptions,
} from "published-socket.io-client";
import { io } from "socket.io-client";
import { Server } from "../../src/index.js";

export type ClientOptions = Partial<ManagerOptions & SocketOptions>;

// The suite is written against the published types, whichever implementation runs.
export type TestServer = PublishedServer;
export type TestClient = Socket;

export interface ServerImplementation {
  name: string;
  create(httpServer: HttpServer, options: Partial<ServerOptions>): TestServer;
}

export interface ClientImplementation {
  name: string;
  connect(url: string, options: ClientOptions): TestClient;
}

export const ourServer: ServerImplementation = {
  name: "our server",
  create: (httpServer, options) => new Server(httpServer, options as object) as unknown as TestServer,
};

export const publishedServer: ServerImplementation = {
  name: "published server",
  create: (httpServer, options) => new PublishedServer(httpServer, options),
};

export const ourClient: ClientImplementation = {
  name: "our client",
  connect: (url, options) => io(url, options as object) as unknown as TestClient,
};

export const publishedClient: ClientImplementation = {
  name: "published client",
  connect: (url, options) => publishedIo(url, options),
};
