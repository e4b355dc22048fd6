import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as browser from "../src/index.browser.js";
import * as node from "../src/index.js";
import { packet, payloadPacket } from "./arbitraries.js";
import { join, through } from "./published.js";

// Node.js has all that the browser variant uses, so both variants can be compared here.
describe("the browser variant", () => {
  it("has the same exports", () => {
    expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
  });

  it("encodes to the same bytes", () => {
    fc.assert(
      fc.property(packet, fc.boolean(), (packet, supportsBinary) => {
        expect(browser.encodePacketSync(packet, supportsBinary)).toEqual(
          node.encodePacketSync(packet, supportsBinary),
        );
      }),
    );
  });

  it("decodes to the same packets, with ArrayBuffers", () => {
    fc.assert(
      fc.property(fc.array(payloadPacket, { minLength: 1 }), (packets) => {
        const payload = node.encodePayloadSync(packets);
        expect(browser.encodePayloadSync(packets)).toBe(payload);
        expect(browser.decodePayload(payload)).toEqual(node.decodePayload(payload, "arraybuffer"));
      }),
    );
  });

  it("encodes base64 of more bytes than a call has arguments", () => {
    const data = new Uint8Array(300_000).map((_, i) => i);
    const encoded = browser.encodePacketSync({ type: "message", data }, false);
    expect(encoded).toBe(node.encodePacketSync({ type: "message", data }, false));
    expect(browser.decodePacket(encoded).data).toEqual(data.buffer);
  });

  it("gives an error for base64 that is broken", () => {
    expect(browser.decodePacket("b####")).toEqual({ type: "error", data: "parser error" });
  });

  it("gives Blobs when asked, and leaves Blobs alone", async () => {
    const { data } = browser.decodePacket("bAQI=", "blob");
    expect(data).toBeInstanceOf(Blob);
    expect(new Uint8Array(await (data as Blob).arrayBuffer())).toEqual(Uint8Array.of(1, 2));
    expect(browser.decodePacket(data as Blob).data).toBe(data);
    expect(browser.decodePacket(data as Blob, "blob").data).toBe(data);
  });

  it("gives the exact bytes of a view", () => {
    const view = Uint8Array.of(1, 2, 3).subarray(1, 2);
    expect(browser.decodePacket(view).data).toEqual(Uint8Array.of(2).buffer);
    expect(browser.decodePacket(view.buffer).data).toBe(view.buffer);
  });

  it("reads a Blob where base64 is needed", async () => {
    const packet = { type: "message", data: new Blob(["hi"]) } as const;
    expect(await new Promise((resolve) => browser.encodePacket(packet, false, resolve))).toBe("baGk=");
  });

  it("has the same streams", async () => {
    const packets = [{ type: "message", data: Uint8Array.of(1) } as const, { type: "ping" } as const];
    const bytes = await through(browser.createPacketEncoderStream(), packets);
    expect(join(bytes)).toEqual(join(await through(node.createPacketEncoderStream(), packets)));
    expect(await through(browser.createPacketDecoderStream(10), bytes)).toEqual([
      { type: "message", data: Uint8Array.of(1).buffer },
      { type: "ping" },
    ]);
  });
});
