import { describe, expect, it } from "vitest";
import { Encoder, type Packet, PacketType } from "../src/index.js";
import { decode, encode, oracleEncode } from "./outcome.js";

const event = (...args: unknown[]): Packet => ({ type: PacketType.EVENT, nsp: "/", data: ["a", ...args] });
const buffer = Buffer.from("b");
const placeholder = (num: number) => `{"_placeholder":true,"num":${num}}`;

describe("Encoder", () => {
  it.each<[string, Packet, string]>([
    ["CONNECT", { type: 0, nsp: "/" }, "0"],
    ["CONNECT with auth", { type: 0, nsp: "/chat", data: { token: "t" } }, '0/chat,{"token":"t"}'],
    ["DISCONNECT", { type: 1, nsp: "/chat" }, "1/chat,"],
    ["EVENT", { type: 2, nsp: "/", data: ["a", 1] }, '2["a",1]'],
    ["EVENT with id 0", { type: 2, nsp: "/", id: 0, data: ["a"] }, '20["a"]'],
    ["EVENT in a namespace, with id", { type: 2, nsp: "/chat", id: 12, data: ["a"] }, '2/chat,12["a"]'],
    ["ACK", { type: 3, nsp: "/", id: 1, data: [] }, "31[]"],
    ["CONNECT_ERROR", { type: 4, nsp: "/", data: { message: "no" } }, '4{"message":"no"}'],
  ])("encodes %s", (_, packet, text) => {
    expect(encode(packet)).toEqual([text]);
    expect(oracleEncode(packet)).toEqual([text]);
  });

  it("puts binary data after the text, by reference, in order", () => {
    const bytes = Uint8Array.of(1);
    const view = new DataView(new ArrayBuffer(1));
    const blob = new Blob(["x"]);
    const packet = event(buffer, { c: [bytes, null], d: { view } }, view.buffer, blob);
    const [text, ...attachments] = encode(packet);
    expect(text).toBe(
      `55-["a",${placeholder(0)},{"c":[${placeholder(1)},null],"d":{"view":${placeholder(2)}}},${placeholder(3)},${placeholder(4)}]`,
    );
    for (const [i, attachment] of [buffer, bytes, view, view.buffer, blob].entries()) {
      expect(attachments[i]).toBe(attachment);
    }
  });

  it("encodes an acknowledgement with binary data", () => {
    expect(encode({ type: PacketType.ACK, nsp: "/chat", id: 3, data: [buffer] })).toEqual([
      `61-/chat,3[${placeholder(0)}]`,
      buffer,
    ]);
  });

  it("sends the same bytes twice when they are there twice", () => {
    expect(encode(event(buffer, buffer))).toEqual([
      `52-["a",${placeholder(0)},${placeholder(1)}]`,
      buffer,
      buffer,
    ]);
  });

  it("leaves the packet and its data as they were", () => {
    const inner = Object.freeze({ buffer, list: Object.freeze([buffer]) });
    const packet = Object.freeze({ ...event(inner), data: Object.freeze(["a", inner]) });
    encode(packet);
    expect(packet.data).toEqual(["a", { buffer, list: [buffer] }]);
    expect(packet.type).toBe(PacketType.EVENT);
  });

  it("copies nothing when there is no binary data", () => {
    let reads = 0;
    const counted = {
      get value() {
        reads++;
        return { deep: 1 };
      },
    };
    encode(event(counted));
    expect(reads).toBe(2);
  });

  it("gives CONNECT and CONNECT_ERROR no attachments", () => {
    const auth = { token: Uint8Array.of(1) };
    expect(encode({ type: 0, nsp: "/", data: auth })).toEqual(['0{"token":{"0":1}}']);
    expect(encode({ type: 4, nsp: "/", data: auth })).toEqual(['4{"token":{"0":1}}']);
  });

  it("encodes a packet that has its placeholders already", () => {
    const data = ["a", { _placeholder: true, num: 0 }];
    expect(encode({ type: PacketType.BINARY_EVENT, nsp: "/", data, attachments: 1 })).toEqual([
      `51-["a",${placeholder(0)}]`,
    ]);
  });

  describe("honours toJSON", () => {
    class Model {
      secret = 1;
      toJSON() {
        return { shown: 2 };
      }
    }
    class Picture {
      pixels = buffer;
      // Spread into what it returns, as in a class that makes its methods this way.
      toJSON = () => ({ ...this, kind: "png" });
    }

    it.each<[string, unknown, string]>([
      ["of a Date", new Date(0), '"1970-01-01T00:00:00.000Z"'],
      ["of an invalid Date", new Date(Number.NaN), "null"],
      ["of a model", new Model(), '{"shown":2}'],
      ["that returns text", { toJSON: () => "text" }, '"text"'],
      ["that returns undefined", { toJSON: () => undefined }, "null"],
      ["that is no function", { toJSON: 5 }, '{"toJSON":5}'],
      ["that returns an object with a toJSON", { toJSON: () => new Model() }, '{"secret":1}'],
    ])("%s", (_, value, json) => {
      expect(encode(event(value))).toEqual([`2["a",${json}]`]);
      expect(encode(event(value, buffer))).toEqual([`51-["a",${json},${placeholder(0)}]`, buffer]);
      expect(encode(event({ value }, buffer))).toEqual([
        `51-["a",${json === "null" && !(value instanceof Date) ? "{}" : `{"value":${json}}`},${placeholder(0)}]`,
        buffer,
      ]);
    });

    it("that returns binary data", () => {
      expect(encode(event({ toJSON: () => buffer }))).toEqual([`51-["a",${placeholder(0)}]`, buffer]);
    });

    it("that returns an object with binary data", () => {
      expect(encode(event({ picture: new Picture() }))).toEqual([
        `51-["a",{"picture":{"pixels":${placeholder(0)},"kind":"png"}}]`,
        buffer,
      ]);
    });
  });

  it.each<[string, unknown, string]>([
    ["undefined and functions in an array", [undefined, () => 1, Symbol("s")], "[null,null,null]"],
    ["undefined and functions in an object", { u: undefined, f() {}, s: Symbol("s") }, "{}"],
    ["boxed primitives", [Object("s"), Object(1), Object(true)], '["s",1,true]'],
    [
      "inherited properties",
      Object.assign(Object.create({ inherited: { buffer } }), { own: 1 }),
      '{"own":1}',
    ],
    ["an object without prototype", Object.assign(Object.create(null), { own: 1 }), '{"own":1}'],
    ["a Map", new Map([["k", buffer]]), "{}"],
    ["properties of an array", Object.assign([1], { extra: { buffer } }), "[1]"],
    ["a hole", Object.assign(new Array(3), { 0: 1, 2: 2 }), "[1,null,2]"],
    ["a key __proto__", JSON.parse('{"__proto__":{"b":1}}'), '{"__proto__":{"b":1}}'],
    ["a key constructor", { constructor: { b: 1 } }, '{"constructor":{"b":1}}'],
  ])("treats %s as JSON does, beside binary data too", (_, value, json) => {
    expect(encode(event(value))).toEqual([`2["a",${json}]`]);
    expect(encode(event(value, buffer))).toEqual([`51-["a",${json},${placeholder(0)}]`, buffer]);
  });

  it("finds binary data under odd keys", () => {
    const odd = JSON.parse('{"__proto__":{"b":1},"constructor":{"b":1}}');
    Object.defineProperty(odd, "__proto__", { value: { b: buffer }, enumerable: true });
    odd.constructor.b = buffer;
    const [text, ...attachments] = encode(event(odd));
    expect(attachments).toEqual([buffer, buffer]);
    expect(text).toBe(`52-["a",{"__proto__":{"b":${placeholder(0)}},"constructor":{"b":${placeholder(1)}}}]`);
    expect(Object.hasOwn({}, "b")).toBe(false);
  });

  it("passes the replacer on, which sees placeholders for binary data", () => {
    const seen: unknown[] = [];
    const encoder = new Encoder((key, value) => {
      seen.push(key);
      return key === "x" ? "replaced" : value;
    });
    expect(encoder.encode(event({ x: 1 }))).toEqual(['2["a",{"x":"replaced"}]']);
    expect(encoder.encode(event({ x: 1 }, buffer))).toEqual([
      `51-["a",{"x":"replaced"},${placeholder(0)}]`,
      buffer,
    ]);
    expect(seen).toContain("_placeholder");
  });

  it("names a cycle, with and without binary data", () => {
    const cycle: unknown[] = [buffer];
    cycle.push({ cycle });
    expect(() => encode(event(cycle))).toThrow(
      expect.objectContaining({ name: "TypeError", message: expect.stringContaining("circular") }),
    );
    cycle.shift();
    expect(() => encode(event(cycle))).toThrow(
      expect.objectContaining({ name: "TypeError", message: expect.stringContaining("circular") }),
    );
  });

  it("refuses a BigInt, as JSON does", () => {
    expect(() => encode(event(1n))).toThrow(TypeError);
  });

  it("encodes data nested 1000 deep, and throws a RangeError for 100 000", () => {
    const nest = (depth: number) => {
      let data: unknown = buffer;
      for (let i = 0; i < depth; i++) data = [data];
      return event(data);
    };
    const deep = nest(1000);
    expect(decode(encode(deep))).toEqual([deep]);
    expect(() => encode(nest(100_000))).toThrow(RangeError);
  });
});
