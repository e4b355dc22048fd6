import assert from "node:assert/strict";

export default async function use(load) {
  const { Encoder, Decoder, PacketType, protocol } = await load("socket.io-parser");
  assert.equal(protocol, 5);
  const packet = {
    type: PacketType.EVENT,
    nsp: "/",
    data: ["hello", { bytes: Buffer.from([1, 2, 3]) }],
    id: 7,
  };
  const encoded = new Encoder().encode(packet);
  assert.equal(encoded[0], '51-7["hello",{"bytes":{"_placeholder":true,"num":0}}]');

  const decoder = new Decoder();
  const decoded = new Promise((resolve) => decoder.on("decoded", resolve));
  for (const part of encoded) decoder.add(part);
  assert.deepEqual((await decoded).data, packet.data);
}
