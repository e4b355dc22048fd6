import assert from "node:assert/strict";

export default async function use(load) {
  const { encodePayload, decodePayload, protocol } = await load("engine.io-parser");
  assert.equal(protocol, 4);
  const packets = [
    { type: "message", data: "hello" },
    { type: "message", data: Buffer.from([1, 2, 3]) },
  ];
  const payload = await new Promise((resolve) => encodePayload(packets, resolve));
  assert.equal(payload, "4hello\x1ebAQID");
  assert.deepEqual(decodePayload(payload), packets);
}
