import assert from "node:assert/strict";

export default async function use(load, { peer }) {
  const { Socket } = await load("engine.io-client");
  for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
    const socket = new Socket(peer, { transports });
    const echo = new Promise((resolve, reject) => {
      socket.on("message", resolve);
      socket.on("error", reject);
    });
    socket.on("open", () => socket.send("hello"));
    assert.equal(await echo, "echo hello");
    socket.close();
  }
}
