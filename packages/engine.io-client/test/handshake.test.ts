import { describe, expect, it } from "vitest";
import { parseHandshake } from "../src/handshake.js";

const GOOD = {
  sid: "abc",
  upgrades: ["websocket"],
  pingInterval: 25000,
  pingTimeout: 20000,
  maxPayload: 1e6,
};

describe("parseHandshake", () => {
  it("takes what a server says", () => {
    expect(parseHandshake(JSON.stringify(GOOD))).toEqual(GOOD);
  });

  it.each([
    ["no text", undefined],
    ["bytes", new ArrayBuffer(3)],
    ["an empty text", ""],
    ["what is not JSON", "{"],
    ["null", "null"],
    ["a number", "1"],
    ["an array", "[]"],
    ["an oversize text", JSON.stringify({ ...GOOD, more: "x".repeat(1e5) })],
    ...Object.entries({
      sid: [undefined, "", 1, {}, ["abc"], null],
      pingInterval: [undefined, 0, -1, 1e99, "25000", null, {}],
      pingTimeout: [undefined, 0, -1, 1e99, "20000", null, {}],
    }).flatMap(([key, values]) =>
      values.map((value) => [`${key} ${JSON.stringify(value)}`, JSON.stringify({ ...GOOD, [key]: value })]),
    ),
  ] as [string, string | ArrayBuffer | undefined][])("refuses %s", (_, text) => {
    expect(parseHandshake(text)).toBeUndefined();
  });
});
