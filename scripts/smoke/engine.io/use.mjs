import assert from "node:assert/strict";
import { createServer } from "node:http";

/** The engine without any client of ours: a polling session by hand. */
export default async function use(load) {
  const { attach } = await load("engine.io");
  const httpServer = createServer();
  const engine = attach(httpServer);
  engine.on("connection", (socket) => socket.on("message", (text) => socket.send(`echo ${text}`)));
  await new Promise((resolve) => httpServer.listen(0, "127.0.0.1", resolve));

  const url = `http://127.0.0.1:${httpServer.address().port}/engine.io/?EIO=4&transport=polling`;
  const handshake = await (await fetch(url)).text();
  const { sid, upgrades } = JSON.parse(handshake.slice(1));
  assert.deepEqual(upgrades, ["websocket"]);
  await fetch(`${url}&sid=${sid}`, { method: "POST", body: "4hello" });
  assert.equal(await (await fetch(`${url}&sid=${sid}`)).text(), "4echo hello");
  engine.close();
  httpServer.close();
  httpServer.closeAllConnections();
}
