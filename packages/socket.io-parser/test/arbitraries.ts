import fc from "fast-check";
import { type Packet, PacketType } from "../src/index.js";

const nsp = fc.constantFrom("/", "/chat", "/a/b", "/admin?token=1", "/é");
const id = fc.option(fc.nat(), { nil: undefined });
const eventName = fc.oneof(
  fc
    .string()
    .filter(
      (name) => !/^(connect|connect_error|disconnect|disconnecting|newListener|removeListener)$/.test(name),
    ),
  fc.nat(),
  fc.constantFrom("__proto__", "constructor", "hasOwnProperty", "toString", "error"),
);

/** Data without binary data: JSON values. */
const json = fc.jsonValue({ maxDepth: 4 });

const binary = fc.oneof(
  fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
  fc.uint8Array({ maxLength: 8 }),
  fc.uint8Array({ maxLength: 8 }).map((bytes) => bytes.slice().buffer),
);

/** Data with binary data anywhere in it. */
const nested = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(json, binary),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 4 }), tie("tree"), { maxKeys: 3 }),
  ),
})).tree;

function packetWith(data: fc.Arbitrary<unknown>): fc.Arbitrary<Packet> {
  const args = fc.array(data, { maxLength: 4 });
  return fc.oneof(
    fc.record({
      type: fc.constant(PacketType.EVENT),
      nsp,
      id,
      data: fc.tuple(eventName, args).map(([name, rest]) => [name, ...rest]),
    }),
    fc.record({ type: fc.constant(PacketType.ACK), nsp, id: fc.nat(), data: args }),
  );
}

export const plainPacket: fc.Arbitrary<Packet> = fc.oneof(
  packetWith(json),
  fc.record({
    type: fc.constant(PacketType.CONNECT),
    nsp,
    data: fc.option(fc.dictionary(fc.string(), json), { nil: undefined }),
  }),
  fc.record({ type: fc.constant(PacketType.DISCONNECT), nsp }),
  fc.record({
    type: fc.constant(PacketType.CONNECT_ERROR),
    nsp,
    data: fc.oneof(fc.string(), fc.record({ message: fc.string(), data: json })),
  }),
);

export const nestedPacket: fc.Arbitrary<Packet> = packetWith(nested);

/** The text of a packet, more or less: what a careless or a hostile peer might send. */
export const text: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("", "0", "1", "2", "3", "4", "5", "6", "7", "9", "x", "-", " "),
    fc.constantFrom(
      "",
      "",
      "0-",
      "1-",
      "2-",
      "01-",
      "10-",
      "11-",
      "1",
      "-",
      "1.5-",
      "-1-",
      " 1-",
      "1e0-",
      "0x1-",
      "NaN-",
      "Infinity-",
    ),
    fc.constantFrom("", "", "/", "/,", "/chat,", "/a?b=1,", "/chat", "/a,,", ","),
    fc.constantFrom(
      "",
      "",
      "0",
      "12",
      "007",
      " ",
      "1 2",
      "\t1",
      "1.5",
      "-1",
      "9".repeat(15),
      "9".repeat(17),
      "9".repeat(400),
    ),
    fc.oneof(
      fc.constantFrom(
        "",
        "[]",
        "{}",
        "null",
        '"text"',
        '["a"]',
        "[1]",
        "[1.5]",
        "[null]",
        '["connect"]',
        '["error"]',
        '[{"toString":"foo"}]',
      ),
      fc.constantFrom(
        '["a",',
        '["a"]x',
        '["a"] ',
        '{"a":1}',
        '{"_placeholder":true,"num":0}',
        "[[]]",
        "truex",
        "['a']",
      ),
      fc
        .constantFrom("0", "1", "-1", '"0"', '"splice"', "0.5", "1.5", "99", "null", "true", "{}")
        .map((num) => `["a",{"b":{"_placeholder":true,"num":${num}}}]`),
      json.map((value) => JSON.stringify(["a", value])),
    ),
  )
  .map((parts) => parts.join(""));
