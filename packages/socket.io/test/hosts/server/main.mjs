// The server that the host suite talks to: `main.mjs <host>`. It takes commands as lines of JSON and answers likewise, with the
// events of its engines in between.
import process from "node:process";
import { createInterface } from "node:readline";
import { Server as Io } from "socket.io";
import { application } from "./application.mjs";
import { hooks } from "./hooks.mjs";

const { Server, serve } = await import(`./${process.argv[2]}.mjs`);
const PATH = "/socket.io/";
const engines = new Map();

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const commands = {
  async start({ name, options, uses = [] }) {
    const engine = new Server({ ...options, path: PATH, ...hooks(uses) });
    const report = (event, more) => say({ engine: name, event, ...more });
    const io = uses.includes("socket.io") ? new Io() : undefined;
    application({ engine, io, uses, report });
    engines.set(name, { engine, io });
    return { port: await serve(engine, PATH) };
  },
  send({ name, id, data, options }) {
    engines.get(name).engine.clients[id].send(data, options);
  },
  /** Writes until so much waits for the client, or all was written. */
  fill({ name, id, size, limit, count = Number.POSITIVE_INFINITY }) {
    const socket = engines.get(name).engine.clients[id];
    let sent = 0;
    for (; sent < count && socket?.readyState === "open" && socket.bufferedAmount < limit; sent++) {
      socket.send("x".repeat(size));
    }
    return { sent };
  },
  socket({ name, id }) {
    const socket = engines.get(name).engine.clients[id];
    return (
      socket && {
        readyState: socket.readyState,
        transport: socket.transport.name,
        writable: socket.transport.writable,
        bufferedAmount: socket.bufferedAmount,
      }
    );
  },
  state({ name }) {
    globalThis.gc?.();
    const { clientsCount, clients } = engines.get(name).engine;
    return { clientsCount, ids: Object.keys(clients), rss: process.memoryUsage().rss };
  },
  disconnect({ name, id, discard }) {
    engines.get(name).engine.clients[id].close(discard);
  },
  close({ name }) {
    const { engine, io } = engines.get(name);
    return io ? io.close() : void engine.close();
  },
};

for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (error) => say({ event, error: String(error?.stack ?? error) }));
}
createInterface({ input: process.stdin })
  .on("line", async (line) => {
    const { call, command, ...args } = JSON.parse(line);
    try {
      say({ call, result: (await commands[command](args)) ?? null });
    } catch (error) {
      say({ call, error: { message: String(error?.message ?? error), code: error?.code } });
    }
  })
  // The one who gives the commands is gone.
  .on("close", () => process.exit(0));
say({ event: "ready", version: process.versions });
