import type { createServer, IncomingHttpHeaders } from "node:http";
import * as published from "published-engine.io";
import { type HttpRequestOptions, httpRequest, openPolling, openTcp, openWebSocket } from "testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Server } from "../../src/index.js";
import { PATH, serve } from "../support.js";

// The same request to both servers: the same status, headers and body, and the same `connection_error`.

const OPTIONS = {
  maxHttpBufferSize: 100,
  cookie: true,
  cors: { origin: ["http://a.example"], credentials: true },
  initialPacket: "hi",
  allowRequest: (
    request: { headers: IncomingHttpHeaders },
    callback: (error: string | null, allowed: boolean) => void,
  ) => {
    const { "x-refuse": refuse } = request.headers;
    callback(refuse === "" || refuse === undefined ? null : String(refuse), refuse === undefined);
  },
};

interface Subject {
  url: string;
  errors: unknown[];
  close(): Promise<void>;
}

async function start(engine: {
  attach(server: ReturnType<typeof createServer>): void;
  // biome-ignore lint/suspicious/noExplicitAny: reason: the one event they share, in two type systems
  on(event: "connection_error", listener: (error: any) => void): unknown;
  close(): unknown;
}): Promise<Subject> {
  const errors: unknown[] = [];
  engine.on("connection_error", ({ code, message, context }) => {
    errors.push({ code, message, context: { ...context, error: undefined } });
  });
  return { ...(await serve(engine)), errors };
}

let ours: Subject;
let theirs: Subject;

beforeAll(async () => {
  ours = await start(new Server(OPTIONS));
  theirs = await start(new published.Server(OPTIONS));
});

afterAll(async () => {
  await ours.close();
  await theirs.close();
});

const HEADERS = [
  "content-type",
  "cache-control",
  "set-cookie",
  "vary",
  "access-control-allow-origin",
  "access-control-allow-credentials",
  "access-control-allow-methods",
  "access-control-allow-headers",
];

interface Row extends HttpRequestOptions {
  name: string;
  /** With a leading `&` it continues the query of a polling session made for it. */
  query: string;
}

const hideIds = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? null).replaceAll(/(?<=["=])[\w-]{20}(?=[\\";])/g, "<id>"));

async function answer(subject: Subject, { query, ...options }: Row): Promise<unknown> {
  subject.errors.length = 0;
  const target = query.startsWith("&")
    ? (await openPolling(subject.url, { path: PATH })).target + query
    : `${PATH}${query}`;
  const { status, headers, text } = await httpRequest(subject.url, target, options);
  const seen = Object.fromEntries(HEADERS.map((name) => [name, headers[name]]));
  return hideIds({ status, seen, text, errors: subject.errors });
}

const HANDSHAKE = "?EIO=4&transport=polling";
const origin = "http://a.example";

const ROWS: Row[] = [
  { name: "handshake", query: HANDSHAKE },
  { name: "handshake with more in the query", query: `${HANDSHAKE}&t=abc&b64=1&room=a&room=b` },
  { name: "handshake with an empty sid", query: `${HANDSHAKE}&sid=` },
  { name: "handshake from another origin", query: HANDSHAKE, headers: { origin } },
  {
    name: "handshake from an origin that is not listed",
    query: HANDSHAKE,
    headers: { origin: "http://b.example" },
  },
  {
    name: "preflight",
    query: HANDSHAKE,
    method: "OPTIONS",
    headers: { origin, "access-control-request-headers": "x-a" },
  },
  { name: "refused, with a reason", query: HANDSHAKE, headers: { "x-refuse": "not you" } },
  { name: "refused, without", query: HANDSHAKE, headers: { "x-refuse": "" } },
  { name: "no query", query: "" },
  { name: "no transport", query: "?EIO=4" },
  ...["__proto__", "constructor", "toString", "webtransport", "POLLING"].map((name) => ({
    name: `transport ${name}`,
    query: `?EIO=4&transport=${name}`,
  })),
  { name: "refusal with CORS", query: "?EIO=4", headers: { origin } },
  { name: "WebSocket without upgrade", query: "?EIO=4&transport=websocket" },
  { name: "protocol 3", query: "?EIO=3&transport=polling" },
  { name: "protocol 5", query: "?EIO=5&transport=polling" },
  { name: "no protocol", query: "?transport=polling" },
  { name: "unknown session", query: `${HANDSHAKE}&sid=abc` },
  { name: "session __proto__", query: `${HANDSHAKE}&sid=__proto__` },
  { name: "session constructor", query: `${HANDSHAKE}&sid=constructor` },
  ...["POST", "PUT", "DELETE"].map((method) => ({
    name: `handshake by ${method}`,
    query: HANDSHAKE,
    method,
  })),
  { name: "message", query: "&", method: "POST", body: "4hello" },
  { name: "messages", query: "&", method: "POST", body: "4a\x1e4b" },
  { name: "binary message", query: "&", method: "POST", body: "bAQID" },
  {
    name: "message of another content type",
    query: "&",
    method: "POST",
    body: "4a",
    headers: { "content-type": "application/json" },
  },
  { name: "nothing", query: "&", method: "POST", body: "" },
  { name: "garbage", query: "&", method: "POST", body: "abc" },
  { name: "garbage after a message", query: "&", method: "POST", body: "4a\x1eabc" },
  { name: "close packet", query: "&", method: "POST", body: "1" },
  { name: "ping in the wrong direction", query: "&", method: "POST", body: "2" },
  { name: "pong to no ping", query: "&", method: "POST", body: "3" },
  { name: "upgrade packet over polling", query: "&", method: "POST", body: "5" },
  {
    name: "binary content",
    query: "&",
    method: "POST",
    body: "4a",
    headers: { "content-type": "application/octet-stream" },
  },
  { name: "exactly as much as allowed", query: "&", method: "POST", body: "4".repeat(100) },
  { name: "more than allowed", query: "&", method: "POST", body: "4".repeat(101) },
  {
    name: "more than allowed, in chunks",
    query: "&",
    method: "POST",
    body: "4".repeat(101),
    headers: { "transfer-encoding": "chunked" },
  },
  { name: "more bytes than allowed, in fewer characters", query: "&", method: "POST", body: "é".repeat(51) },
  { name: "session by PUT", query: "&", method: "PUT" },
  { name: "session by DELETE", query: "&", method: "DELETE" },
];

test.each(ROWS)("$name", async (row) => {
  expect(await answer(ours, row)).toEqual(await answer(theirs, row));
});

test.each([
  ["another protocol", "EIO=4", "EIO=3"],
  ["no protocol", "EIO=4&", ""],
  ["another transport", "transport=polling", "transport=websocket"],
])("a session's request with %s", async (_, from, to) => {
  const results = [ours, theirs].map(async ({ url, errors }) => {
    const { target } = await openPolling(url, { path: PATH });
    errors.length = 0;
    const { status, text } = await httpRequest(url, target.replace(from, to));
    return hideIds({ status, text, errors });
  });
  expect(await results[0]).toEqual(await results[1]);
});

describe("upgrade requests", () => {
  const handshake = [
    "host: x",
    "connection: upgrade",
    "upgrade: websocket",
    "sec-websocket-version: 13",
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  const without = (name: string) => handshake.filter((line) => !line.startsWith(name));
  const QUERY = "?EIO=4&transport=websocket";

  const UPGRADES: [string, { query?: string; method?: string; lines?: string[] }][] = [
    ["unknown transport", { query: "?EIO=4&transport=__proto__" }],
    ["no transport", { query: "?EIO=4" }],
    ["unknown session", { query: `${QUERY}&sid=abc` }],
    ["another method", { method: "POST" }],
    ["no key", { lines: without("sec-websocket-key") }],
    ["another protocol of the connection", { lines: [...without("upgrade"), "upgrade: h2c"] }],
    ["another version", { lines: [...without("sec-websocket-version"), "sec-websocket-version: 7"] }],
    ["refused, with a reason", { lines: [...handshake, "x-refuse: not you"] }],
    ["refused, without", { lines: [...handshake, "x-refuse:"] }],
  ];

  async function reply(
    subject: Subject,
    { query = QUERY, method = "GET", lines = handshake },
  ): Promise<unknown> {
    subject.errors.length = 0;
    const tcp = await openTcp(subject.url);
    tcp.write(`${method} ${PATH}${query} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    const text = (await tcp.takeAll()).toString();
    return hideIds({ text: text.toLowerCase(), errors: subject.errors });
  }

  test.each(UPGRADES)("%s", async (_, request) => {
    expect(await reply(ours, request)).toEqual(await reply(theirs, request));
  });

  test("accepted, with the handshake", async () => {
    const handshakes = [ours, theirs].map(async ({ url }) => {
      const wire = await openWebSocket(url, { path: PATH, headers: { origin } });
      const first = [await wire.text(), await wire.text()];
      wire.close();
      return hideIds(first);
    });
    expect(await handshakes[0]).toEqual(await handshakes[1]);
  });
});
