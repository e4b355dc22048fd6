import { openTcp } from "testkit";
import { describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { PATH, startEngine } from "../../support.js";

const GOOD: Record<string, string> = {
  host: "localhost",
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** The status line and the headers of the answer that matter, of our own code or of `ws`. */
async function answer(options: object, method: string, changes: Record<string, string | undefined>) {
  const { url } = await startEngine(options);
  const tcp = await openTcp(url);
  const lines = Object.entries({ ...GOOD, ...changes }).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}: ${value}\r\n`,
  );
  tcp.write(`${method} ${PATH}?EIO=4&transport=websocket HTTP/1.1\r\n${lines.join("")}\r\n`);
  const [status, ...headers] = (await tcp.takeUntil("\r\n\r\n")).toString("latin1").trim().split("\r\n");
  tcp.destroy();
  const kept = headers.filter((line) => /^(sec-websocket|upgrade)/i.test(line));
  return [status, ...kept.map((line) => line.toLowerCase()).sort()];
}

const requests: [string, string, Record<string, string | undefined>][] = [
  ["as it should be", "GET", {}],
  ["in capitals", "GET", { upgrade: "WebSocket" }],
  ["of version 8", "GET", { "sec-websocket-version": "8" }],
  ["of no version", "GET", { "sec-websocket-version": undefined }],
  ["of another version", "GET", { "sec-websocket-version": "12" }],
  ["for another protocol", "GET", { upgrade: "h2c" }],
  ["without key", "GET", { "sec-websocket-key": undefined }],
  ["with a key that is too short", "GET", { "sec-websocket-key": "c2hvcnQ=" }],
  ["with subprotocols", "GET", { "sec-websocket-protocol": "chat , superchat" }],
  ["with a subprotocol twice", "GET", { "sec-websocket-protocol": "chat, chat" }],
  ["with a subprotocol that is none", "GET", { "sec-websocket-protocol": "chat, (super)" }],
  ["with no subprotocol", "GET", { "sec-websocket-protocol": "" }],
  ["with an extension", "GET", { "sec-websocket-extensions": "permessage-deflate" }],
];

describe("an opening handshake is answered as ws answers it", () => {
  test.each(requests)("%s", async (_, method, changes) => {
    const expected = await answer({ wsEngine: WebSocketServer }, method, changes);
    expect(await answer({}, method, changes)).toEqual(expected);
  });

  test("what is answered is the accept key of RFC 6455, section 1.3", async () => {
    const [status, ...headers] = await answer({}, "GET", {});
    expect(status).toBe("HTTP/1.1 101 Switching Protocols");
    expect(headers).toContain("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=");
  });
});
