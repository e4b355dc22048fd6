import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const BUNDLES = ["socket.io", "socket.io.min", "socket.io.esm.min", "socket.io.msgpack.min"];

/** Server and client of ours together, over each transport, and the files that the server serves. */
export default async function use(load) {
  const api = await load("socket.io");
  const { io: connect } = await load("socket.io-client");
  assert.equal(typeof (typeof api === "function" ? api : api.default), "function");

  const httpServer = createServer();
  const server = new api.Server(httpServer);
  server.on("connection", (socket) => {
    socket.on("hello", (name, bytes, ack) => ack({ greeting: `hello ${name}`, bytes }));
  });
  await new Promise((resolve) => httpServer.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${httpServer.address().port}`;

  for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
    const socket = connect(url, { transports, forceNew: true });
    const { greeting, bytes } = await socket.emitWithAck("hello", "world", Buffer.from([1, 2, 3]));
    assert.equal(greeting, "hello world");
    assert.deepEqual([...bytes], [1, 2, 3]);
    socket.disconnect();
  }

  const { resolve } = createRequire(import.meta.url);
  for (const bundle of BUNDLES) {
    for (const file of [`${bundle}.js`, `${bundle}.js.map`]) {
      const response = await fetch(`${url}/socket.io/${file}`);
      assert.equal(response.status, 200, file);
      assert.equal(await response.text(), readFileSync(resolve(`socket.io/client-dist/${file}`), "utf8"));
    }
  }
  await server.close();
}
