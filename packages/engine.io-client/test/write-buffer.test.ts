import { encodePayloadSync, type RawData } from "engine.io-parser";
import { describe, expect, it } from "vitest";
import { countFitting } from "../src/write-buffer.js";

const packets = (...data: (RawData | undefined)[]) =>
  data.map((it) => ({ type: "message" as const, data: it }));

describe("countFitting", () => {
  it("always takes one packet", () => {
    expect(countFitting(packets("x".repeat(100), "y"), 10)).toBe(1);
  });

  it("takes as many as fit, to the byte", () => {
    for (const text of ["abc", "é€", "😀", ""]) {
      const three = packets(text, text, text);
      const size = Buffer.byteLength(encodePayloadSync(three));
      expect(countFitting(three, size), text).toBe(3);
      expect(countFitting(three, size - 1), text).toBe(2);
    }
  });

  it("knows that binary data grows", () => {
    const binary = packets("a", new Uint8Array(300));
    expect(countFitting(binary, 300)).toBe(1);
    expect(countFitting(binary, 410)).toBe(2);
    expect(countFitting(packets("a", new ArrayBuffer(300)), 300)).toBe(1);
    expect(countFitting(packets("a", new Blob(["x".repeat(300)])), 300)).toBe(1);
  });
});
