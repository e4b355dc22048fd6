// The built server on Deno: pages and polling over HTTP, WebTransport over HTTP/3, on one port number. What happens is written to
// stdout as lines of JSON; a line on stdin is a command.
import { createServer } from "node:http";
import process from "node:process";
import { createInterface } from "node:readline";
import { Server } from "../../dist/index.js";

const { cert, key, pages, options } = JSON.parse(Deno.env.get("SERVER"));
const say = (what, details = {}) => console.log(JSON.stringify({ what, ...details }));

const http = createServer(async (request, response) => {
  const page = pages[request.url];
  if (page?.file) {
    response.setHeader("content-type", "text/javascript");
    response.end(await Deno.readTextFile(page.file));
    return;
  }
  response.setHeader("content-type", "text/html");
  response.end(page?.html ?? "<!doctype html>");
});
const io = new Server(http, {
  transports: ["polling", "websocket", "webtransport"],
  maxHttpBufferSize: 1e5,
  allowRequest: (request, callback) => callback("not you", !request._query.refuse),
  ...options,
});

io.engine.on("connection_error", ({ code, context }) => say("refused", { code, message: context.message }));
io.engine.on("connection", (conn) => {
  say("open", { transport: conn.transport.name });
  conn.on("upgrade", (transport) => say("upgrade", { transport: transport.name }));
  conn.on("close", (reason) => say("close", { reason, left: io.engine.clientsCount }));
});
io.on("connection", (socket) => {
  say("connection", { id: socket.id, query: socket.handshake.query.room, secure: socket.handshake.secure });
  socket.on("echo", (...args) => args.pop()(...args));
  socket.on("ask", async (question, done) => done(await socket.emitWithAck("question", question)));
  socket.on("shout", (...args) => io.emit("shouted", ...args));
  socket.on("kick me", () => socket.emit("kicked", "x".repeat(50_000)) && socket.disconnect(true));
  socket.on("goodbye", (text) => say("goodbye", { text }));
  socket.on("disconnect", (reason) => say("disconnect", { reason }));
});
io.of("/private").use((_socket, next) => next(new Error("private")));

await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
const { port } = http.address();
const endpoint = new Deno.QuicEndpoint({ hostname: "127.0.0.1", port });
const listener = endpoint.listen({ cert, key, alpnProtocols: ["h3"] });

async function accept(incoming) {
  const connection = await incoming.accept();
  const session = await Deno.upgradeWebTransport(connection);
  io.engine.onWebTransportSession(session, {
    url: session.url,
    remoteAddress: connection.remoteAddr.hostname,
  });
}

const commands = {
  shout: () => io.emit("shouted", "from the server", Uint8Array.of(7)),
  async stop() {
    await io.close();
    say("stopped", { left: io.engine.clientsCount });
  },
};
createInterface({ input: process.stdin }).on("line", (line) => commands[line]());

globalThis.addEventListener("unhandledrejection", ({ reason }) =>
  say("unhandled rejection", { message: `${reason}` }),
);
say("ready", { port });
for await (const incoming of listener)
  accept(incoming).catch((error) => say("lost", { message: error.message }));
