import { describe, expect, it } from "vitest";
import { Decoder, Encoder } from "../src/index.js";
import { decode, oracleDecode } from "./outcome.js";

const buffer = Buffer.from("b");
const event = (...args: unknown[]) => ({ type: 2, nsp: "/", data: ["a", ...args] });

/** The code of the error that the last chunk causes. */
function codeOf(...chunks: unknown[]): unknown {
  const decoder = new Decoder();
  const last = chunks.pop();
  for (const chunk of chunks) decoder.add(chunk);
  try {
    decoder.add(last);
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

describe("Decoder", () => {
  it("emits a text packet at once", () => {
    expect(decode(['2/chat,12["a",{"b":1}]'])).toEqual([
      { type: 2, nsp: "/chat", id: 12, data: ["a", { b: 1 }] },
    ]);
  });

  it("sets no properties that the packet does not have", () => {
    const [connect] = decode(["0"]);
    expect(Object.keys(connect as object)).toEqual(["type", "nsp"]);
    const [plain] = decode(['2["a"]']);
    expect(Object.keys(plain as object).sort()).toEqual(["data", "nsp", "type"]);
  });

  it("emits a packet with attachments when the last has come, as EVENT or ACK", () => {
    const bytes = Uint8Array.of(1).buffer;
    const chunks = [
      '52-["a",{"_placeholder":true,"num":1},{"b":[{"_placeholder":true,"num":0}]}]',
      buffer,
      bytes,
    ];
    expect(decode(chunks.slice(0, 2))).toEqual([]);
    expect(decode(chunks)).toEqual([event(bytes, { b: [buffer] })]);
    expect(decode(['61-/chat,7[{"_placeholder":true,"num":0}]', buffer])).toEqual([
      { type: 3, nsp: "/chat", id: 7, data: [buffer] },
    ]);
  });

  it("takes binary data of any kind", () => {
    for (const chunk of [
      buffer,
      Uint8Array.of(1),
      new ArrayBuffer(1),
      new DataView(new ArrayBuffer(1)),
      new Blob(["x"]),
    ]) {
      const [packet] = decode(['51-["a",{"_placeholder":true,"num":0}]', chunk]);
      expect((packet as { data: unknown[] }).data[1]).toBe(chunk);
    }
  });

  it("decodes one packet after the other, each with attachments of its own", () => {
    const text = '51-["a",{"_placeholder":true,"num":0}]';
    const other = Buffer.from("c");
    expect(decode([text, buffer, '2["a"]', text, other])).toEqual([event(buffer), event(), event(other)]);
  });

  it("passes the reviver on, whether alone or among options", () => {
    const reviver = (_: string, value: unknown) => (value === 1 ? "one" : value);
    expect(decode(['2["a",1]'], reviver)).toEqual([event("one")]);
    expect(decode(['2["a",1]'], { reviver })).toEqual([event("one")]);
    const broken = () => {
      throw new Error("from the reviver");
    };
    expect(decode(['2["a",1]'], broken)).toEqual(["invalid payload"]);
  });

  it("lets what a listener throws through, with the packet done", () => {
    const decoder = new Decoder();
    const packets: unknown[] = [];
    decoder.once("decoded", () => {
      throw new Error("from the listener");
    });
    expect(() => decoder.add('51-["a",1]')).not.toThrow();
    expect(() => decoder.add(buffer)).toThrow("from the listener");
    decoder.on("decoded", (packet) => packets.push(packet));
    decoder.add('2["a"]');
    expect(packets).toEqual([event()]);
  });

  it("works behind a Proxy, as does the encoder", () => {
    const decoder = new Proxy(new Decoder(), {});
    const packets: unknown[] = [];
    decoder.on("decoded", (packet) => packets.push(packet));
    const encoder = new Proxy(new Encoder(), {});
    for (const chunk of encoder.encode(event(buffer))) decoder.add(chunk);
    expect(packets).toEqual([event(buffer)]);
  });

  it("forgets a packet that is not complete when destroyed", () => {
    const decoder = new Decoder();
    decoder.add('51-["a",{"_placeholder":true,"num":0}]');
    decoder.destroy();
    expect(() => decoder.add(buffer)).toThrow("got binary data when not reconstructing a packet");
    expect(() => decoder.add('2["a"]')).not.toThrow();
  });

  it.each([undefined, null, {}, { maxAttachments: undefined }, 5])(
    "takes %j for the default options",
    (options) => {
      expect(decode(['510-["a"]'], options as never)).toEqual([]);
      expect(decode(['511-["a"]'], options as never)).toEqual(["too many attachments"]);
    },
  );

  it("takes as many attachments as allowed", () => {
    expect(decode(['511-["a"]'], { maxAttachments: 11 })).toEqual([]);
    expect(decode(['512-["a"]'], { maxAttachments: 11 })).toEqual(["too many attachments"]);
    expect(decode(['51-["a"]'], { maxAttachments: 0 })).toEqual(["too many attachments"]);
  });

  it.each([-1, Number.NaN, "many"])("refuses %j as maxAttachments", (maxAttachments) => {
    expect(() => new Decoder({ maxAttachments: maxAttachments as number })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION" }),
    );
  });
});

describe("every error has a code", () => {
  it.each<[string, unknown[]]>([
    ["an unknown type", ["7"]],
    ["an invalid payload", ["2[]"]],
    ["broken JSON", ['2["a"']],
    ["no attachments", ['50-["a"]']],
    ["a placeholder without attachment", ['51-["a",{"_placeholder":true,"num":1}]', buffer]],
    ["too many attachments", ['511-["a"]']],
    ["text for binary data", ['51-["a"]', '2["a"]']],
    ["binary data for text", [buffer]],
    ["a chunk that is neither", [5]],
    ["no chunk at all", [null]],
  ])("%s", (_, chunks) => {
    expect(codeOf(...chunks)).toBe("ERR_INVALID_PACKET");
  });
});

describe("security", () => {
  /** With the message of the published parser. */
  function refused(message: string, ...chunks: unknown[]): void {
    expect(decode(chunks)).toEqual([message]);
    expect(oracleDecode(chunks)).toEqual([message]);
  }

  it.each(['"splice"', "-1", "1.5", "99", '"0"', "null", "1", "1e9", "{}", "[0]"])(
    "CVE-2022-2421: a placeholder with num %s is an illegal attachment",
    (num) => {
      refused("illegal attachments", `51-["hello",{"_placeholder":true,"num":${num}}]`, buffer);
    },
  );

  it("CVE-2023-32695: an event name that is an object is an invalid payload", () => {
    refused("invalid payload", '2[{"toString":"foo"}]');
  });

  it("CVE-2026-33151: more attachments than allowed are refused", () => {
    refused("too many attachments", '511-["x",1]');
  });

  it("CVE-2026-69185: zero attachments are refused, and what follows is not buffered", () => {
    const decoder = new Decoder();
    expect(() => decoder.add('50-["x"]')).toThrow("Illegal attachments");
    for (let i = 0; i < 3; i++) {
      expect(() => decoder.add(buffer)).toThrow("got binary data when not reconstructing a packet");
    }
  });

  it("CVE-2020-36049: a huge number of attachments is refused in linear time", () => {
    for (const text of [
      `5${"1".repeat(1e6)}-["x"]`,
      `5${"1".repeat(1e6)}`,
      `5${"-".repeat(1e6)}`,
      `2${"1".repeat(1e6)}`,
    ]) {
      const start = performance.now();
      expect(decode([text])[0]).toBeTypeOf("string");
      expect(performance.now() - start).toBeLessThan(1000);
    }
  });

  it("text where binary data is awaited, and the other way round, is refused", () => {
    refused(
      "got plaintext data when reconstructing a packet",
      '51-["a",{"_placeholder":true,"num":0}]',
      '2["b"]',
    );
    refused("got binary data when not reconstructing a packet", buffer);
    refused("got binary data when not reconstructing a packet", new ArrayBuffer(1));
  });

  it.each(["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"])(
    "the reserved event name %s is refused",
    (name) => {
      refused("invalid payload", `2["${name}"]`);
    },
  );

  it.each(["error", "__proto__", "constructor", "hasOwnProperty", "toString"])(
    "%s is an event name like others",
    (name) => {
      expect(decode([`2["${name}"]`])).toEqual([{ type: 2, nsp: "/", data: [name] }]);
    },
  );

  it("keys named like members of Object.prototype are data", () => {
    const [packet] = decode([
      '51-["a",{"__proto__":{"x":{"_placeholder":true,"num":0}}},{"constructor":1}]',
      buffer,
    ]);
    const [, first, second] = (packet as { data: unknown[] }).data as [string, object, object];
    expect(Object.getPrototypeOf(first)).toBe(Object.prototype);
    expect(JSON.stringify(first)).toBe(
      JSON.stringify(JSON.parse(`{"__proto__":{"x":${JSON.stringify(buffer)}}}`)),
    );
    expect(second.constructor).toBe(1);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it("a namespace name of 1 MB is taken in linear time", () => {
    const nsp = `/${"x".repeat(1e6)}`;
    expect(decode([`0${nsp},`])).toEqual([{ type: 0, nsp }]);
    expect(decode([`0${nsp}`])).toEqual([{ type: 0, nsp }]);
  });

  it("an auth payload of 10 levels of 1000 keys is taken", () => {
    let auth: object = {};
    for (let level = 0; level < 10; level++) {
      auth = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`key${i}`, i ? i : auth]));
    }
    expect(decode([`0${JSON.stringify(auth)}`])).toEqual([{ type: 0, nsp: "/", data: auth }]);
  });

  it("JSON nested 100 000 deep is decoded, or refused by a reviver's recursion", () => {
    const deep = (inner: string) => `["a",${"[".repeat(100_000)}${inner}${"]".repeat(100_000)}]`;
    expect(decode([`2${deep("1")}`])[0]).toMatchObject({ type: 2 });
    expect(decode([`2${deep("1")}`], (_, value) => value)).toEqual(["invalid payload"]);
    const [packet] = decode([`51-${deep('{"_placeholder":true,"num":0}')}`, buffer]);
    let inner: unknown = (packet as { data: unknown[] }).data[1];
    while (Array.isArray(inner)) inner = inner[0];
    expect(inner).toBe(buffer);
  });
});
