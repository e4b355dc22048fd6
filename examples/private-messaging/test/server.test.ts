import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openSocketIo, type ServerProcess, type SocketIoWire } from "testkit";
import { afterEach, describe, expect, test } from "vitest";
import { newFolder, startAside } from "./aside.js";

let server: ServerProcess;
afterEach(() => server?.kill());

const args = (packet: unknown) => JSON.parse(/\[.*$/s.exec(String(packet))?.[0] ?? "[]") as unknown[];

/** A client made of raw packets, that is signed in. */
async function signIn(auth: object): Promise<{ wire: SocketIoWire; session: Record<string, string> }> {
  const wire = await openSocketIo(server.url, { auth });
  const packet = await wire.packets.until((one) => args(one)[0] === "session");
  return { wire, session: args(packet)[1] as Record<string, string> };
}

let nextId = 0;
/** What a request is answered with. */
async function ask(wire: SocketIoWire, event: string, request: unknown): Promise<unknown> {
  const id = nextId++;
  wire.send(`2${id}${JSON.stringify([event, request])}`);
  return args(await wire.packets.until((packet) => String(packet).startsWith(`3${id}[`)))[0];
}

test.each([
  ["nothing", {}],
  ["a name that is no string", { name: { $gt: "" } }],
  ["an empty name", { name: "  " }],
  ["a long name", { name: "x".repeat(25) }],
  ["a session id that is no string", { sessionId: ["x"], name: 1 }],
])("%s is refused, with a code", async (_name, auth) => {
  server = await startAside();
  const wire = await openSocketIo(server.url, { auth });
  expect(wire.connected).toContain('"code":"ERR_BAD_REQUEST"');
  wire.close();
});

describe("a request", () => {
  test.each([
    ["nothing", undefined],
    ["a list", []],
    ["nobody to send it to", { id: "12345678", text: "x" }],
    ["no text", { id: "12345678", to: "12345678", text: " " }],
    ["much text", { id: "12345678", to: "12345678", text: "x".repeat(2001) }],
  ])("with %s is refused, and the server lives", async (_name, request) => {
    server = await startAside();
    const { wire } = await signIn({ name: "Ada" });
    expect(await ask(wire, "private message", request)).toMatchObject({
      ok: false,
      code: expect.stringMatching(/^ERR_/),
    });
    expect(await ask(wire, "private message", request)).toMatchObject({ ok: false });
    wire.close();
  });

  test("sent twice is one message", async () => {
    server = await startAside();
    const ada = await signIn({ name: "Ada" });
    const bo = await signIn({ name: "Bo" });
    const request = { id: "message-1", to: bo.session.userId, text: "once" };
    const first = await ask(ada.wire, "private message", request);
    expect(await ask(ada.wire, "private message", { ...request, text: "twice" })).toEqual(first);
    const other = { ...request, id: "message-2", text: "then this" };
    await ask(ada.wire, "private message", other);
    const got = [];
    while (got.length < 2) {
      const [event, message] = args(await bo.wire.packets.next()) as [string, { text: string }];
      if (event === "private message") got.push(message.text);
    }
    expect(got).toEqual(["once", "then this"]);
  });

  test("is refused when there are too many", async () => {
    server = await startAside();
    const { wire } = await signIn({ name: "Ada" });
    for (let i = 0; i < 60; i++) wire.send('2["private message",{}]');
    expect(await ask(wire, "private message", {})).toMatchObject({ error: { code: "ERR_RATE_LIMITED" } });
    wire.close();
  });
});

test("a journal whose last line was cut off by a crash is read up to there, and goes on", async () => {
  const data = newFolder();
  server = await startAside(data);
  const { wire, session } = await signIn({ name: "Ada" });
  wire.close();
  await server.kill();
  const file = join(data, "sessions.jsonl");
  appendFileSync(file, '{"sessionId":"half');

  server = await startAside(data);
  const again = await signIn({ sessionId: session.sessionId });
  expect(again.session).toEqual(session);
  await signIn({ name: "Bo" });
  expect(readFileSync(file, "utf8").trim().split("\n")).toHaveLength(2);
});
