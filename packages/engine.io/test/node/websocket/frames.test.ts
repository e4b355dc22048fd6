import { FrameReader } from "testkit";
import { describe, expect, test } from "vitest";
import type { Packet, RawData } from "../../../src/core/contract.js";
import { PreparedMessage } from "../../../src/core/prepared-message.js";
import { frameBatch, frameMessages } from "../../../src/node/websocket/frames.js";

const read = (chunks: Uint8Array[]) => new FrameReader().add(Buffer.concat(chunks));

describe.each([0, 1, 124, 125, 126, 4095, 4096, 65_534, 65_535, 65_536, 200_000])("%i bytes", (size) => {
  test("of text", () => {
    const text = "x".repeat(size);
    const [frame, ...more] = read(frameBatch([{ type: "message", data: text }]));
    expect(more).toEqual([]);
    expect(frame).toMatchObject({ fin: true, rsv: 0, opcode: 1, masked: false });
    expect(frame?.payload.toString()).toBe(`4${text}`);
    expect(Buffer.concat(frameBatch([{ type: "message", data: text }])).equals(frameMessages([text]))).toBe(
      true,
    );
  });

  test("of binary data", () => {
    const bytes = Buffer.alloc(size, 7);
    const [frame, ...more] = read(frameBatch([{ type: "message", data: bytes }]));
    expect(more).toEqual([]);
    expect(frame).toMatchObject({ fin: true, rsv: 0, opcode: 2, masked: false });
    expect(frame?.payload.equals(bytes)).toBe(true);
    expect(Buffer.concat(frameBatch([{ type: "message", data: bytes }])).equals(frameMessages([bytes]))).toBe(
      true,
    );
  });
});

test("text of several bytes a character", () => {
  const text = "é€😀\ud800";
  const [frame] = read(frameBatch([{ type: "message", data: text }]));
  expect(frame?.payload).toEqual(Buffer.from(`4${text}`));
});

test.each<[RawData, number[]]>([
  [new Uint8Array([1, 2, 3, 4]).subarray(1, 3), [2, 3]],
  [new Uint8Array([1, 2]).buffer, [1, 2]],
  [new DataView(new Uint8Array([1, 2, 3]).buffer, 1, 1), [2]],
  [new Uint16Array([0x0201]), [1, 2]],
])("binary data of other kinds: %#", (data, expected) => {
  expect([...(read(frameBatch([{ type: "message", data }]))[0]?.payload ?? [])]).toEqual(expected);
  expect([...(read([frameMessages([data])])[0]?.payload ?? [])]).toEqual(expected);
});

test("packets of every type", () => {
  const batch: Packet[] = [
    { type: "open", data: "{}" },
    { type: "close" },
    { type: "ping" },
    { type: "pong", data: "probe" },
    { type: "message", data: "" },
    { type: "upgrade" },
    { type: "noop" },
  ];
  const texts = read(frameBatch(batch)).map(({ payload }) => payload.toString());
  expect(texts).toEqual(["0{}", "1", "2", "3probe", "4", "5", "6"]);
});

test("a prepared message is framed once, in one buffer", () => {
  const prepared = new PreparedMessage(["a", Buffer.from([1]), "b"]);
  const [first] = frameBatch([prepared]);
  const [second] = frameBatch([prepared]);
  expect(second).toBe(first);
  expect(
    read([first as Uint8Array]).map(({ opcode, payload }) => [opcode, payload.toString("latin1")]),
  ).toEqual([
    [1, "4a"],
    [2, "\x01"],
    [1, "4b"],
  ]);
});
