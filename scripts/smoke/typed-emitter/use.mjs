import assert from "node:assert/strict";

export default async function use(load) {
  const { TypedEmitter } = await load("typed-emitter");
  const emitter = new TypedEmitter();
  const heard = [];
  emitter.on("news", (text) => heard.push(text));
  emitter.emit("news", "first");
  assert.deepEqual(heard, ["first"]);
}
