import assert from "node:assert/strict";
import { createServer } from "node:http";

/** The server without any client of ours: a polling session by hand. */
export default async function use(load) {
  const { Server } = await load("socket.io-server");
  const httpServer = createServer();
  const io = new Server(httpServer);
  io.on("connection", (socket) => socket.on("hello", (name, ack) => ack(`hello ${name}`)));
  await new Promise((resolve) => httpServer.listen(0, "127.0.0.1", resolve));

  const url = `http://127.0.0.1:${httpServer.address().port}/socket.io/?EIO=4&transport=polling`;
  const { sid } = JSON.parse((await (await fetch(url)).text()).slice(1));
  const post = (body) => fetch(`${url}&sid=${sid}`, { method: "POST", body });
  const poll = async () => (await fetch(`${url}&sid=${sid}`)).text();
  await post("40");
  assert.match(await poll(), /^40\{"sid":/);
  await post('427["hello","world"]');
  assert.equal(await poll(), '437["hello world"]');
  await io.close();
}
