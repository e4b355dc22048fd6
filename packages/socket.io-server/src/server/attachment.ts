import type { Server as HttpServer } from "node:http";
import { Server as EngineServer } from "engine.io";
import type { ClientFiles } from "./client-files/contract.js";
import { serveClientFiles } from "./client-files/route.js";
import type { HttpServerInstance } from "./http-server.js";
import type { ServerOptions } from "./server-options.js";
import { undoable } from "./undoable.js";

/** An engine on an HTTP server, and what serves the bundles in front of it. */
export class Attachment {
  readonly engine: EngineServer;
  readonly #undo: () => void;

  constructor(
    server: HttpServerInstance,
    options: Partial<ServerOptions> & { path: string },
    files: ClientFiles | undefined,
  ) {
    const engine = new EngineServer(options as never);
    this.engine = engine;
    this.#undo = undoable(server, () => {
      engine.attach(server as HttpServer, options);
      if (files) serveClientFiles(server as HttpServer, options.path.replace(/\/$/, ""), options.cors, files);
    });
  }

  /** Takes a new option over, where the engine reads it for each connection. */
  change(name: string, value: unknown): void {
    Object.assign(this.engine.opts, { [name]: value });
  }

  /** Leaves the HTTP server as it was, and ends the engine. */
  undo(): void {
    this.#undo();
    this.engine.close();
  }
}
