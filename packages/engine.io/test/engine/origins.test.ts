import { openRawWebSocket, waitFor } from "testkit";
import { describe, expect, test } from "vitest";
import type { ServerOptions } from "../../src/index.js";
import { PATH, startEngine } from "../support.js";

type AllowedOrigins = ServerOptions["allowedOrigins"];

const HERE = "https://example.com";

/** What a handshake with an origin leads to, over both transports. */
async function connect(allowedOrigins: AllowedOrigins, origin: string | undefined) {
  const { engine, url, request } = await startEngine({ ...(allowedOrigins && { allowedOrigins }) });
  const errors: { code: number; message: string; context: object }[] = [];
  engine.on("connection_error", ({ code, message, context }) => errors.push({ code, message, context }));
  const headers: Record<string, string> = origin === undefined ? {} : { origin };
  const polled = await request("EIO=4&transport=polling", { headers });
  const upgraded = await openRawWebSocket(url, `${PATH}?EIO=4&transport=websocket`, headers).then(
    () => "101",
    (error: { reply: string }) => error.reply,
  );
  return { polled, upgraded, errors, count: engine.clientsCount };
}

describe("allowed", () => {
  test.each<[string, AllowedOrigins, string | undefined]>([
    ["any, without the option", undefined, "https://anywhere.net"],
    ["no Origin header", HERE, undefined],
    ["the one", HERE, HERE],
    ["a pattern", /^https:\/\/(\w+\.)?example\.com$/, "https://www.example.com"],
    ["one of a list", ["https://other.com", /\.example\.com$/, HERE], HERE],
    ["a port", "http://localhost:8080", "http://localhost:8080"],
    ["a page without origin, if listed", ["null"], "null"],
    ["a scheme of apps", "capacitor://localhost", "capacitor://localhost"],
    ["a function", (origin) => origin === HERE, HERE],
    ["an async function", async (origin, { headers }) => headers.origin === origin, HERE],
  ])("%s", async (_, allowed, origin) => {
    const { polled, upgraded, errors, count } = await connect(allowed, origin);
    expect([polled.status, upgraded, errors, count]).toEqual([200, "101", [], 2]);
  });
});

describe("refused", () => {
  const thrown = new Error("no database");
  test.each<[string, AllowedOrigins, string, object?]>([
    ["another", HERE, "https://evil.com"],
    ["another scheme", HERE, "http://example.com"],
    ["another port", HERE, "https://example.com:8443"],
    ["one that begins the same", HERE, "https://example.com.evil.com"],
    ["a page without origin", HERE, "null"],
    ["an empty header", HERE, ""],
    ["not in the list", [HERE, /\.example\.com$/], "https://evil.com"],
    ["by a function", () => false, HERE],
    ["by an async function", async () => false, HERE],
    [
      "by a function that throws",
      () => {
        throw thrown;
      },
      HERE,
      { error: thrown },
    ],
    ["by a function that rejects", () => Promise.reject(thrown), HERE, { error: thrown }],
    ["by a function whose promise is no boolean", async () => "yes" as unknown as boolean, HERE],
  ])("%s", async (_, allowed, origin, more = {}) => {
    const { polled, upgraded, errors, count } = await connect(allowed, origin);
    const told = origin ? `Origin ${origin} not allowed` : "Origin not allowed";
    expect([polled.status, JSON.parse(polled.text)]).toEqual([403, { code: 4, message: told }]);
    expect(upgraded).toMatch(/^HTTP\/1.1 400 /);
    expect(upgraded.endsWith(`\r\n\r\n${told}`)).toBe(true);
    const error = {
      code: 4,
      message: "Forbidden",
      context: { name: "INVALID_ORIGIN", message: told, origin, ...more },
    };
    expect(errors).toEqual([error, error]);
    expect(count).toBe(0);
  });

  test.each([
    ["an image of another site", "EIO=4&transport=polling", { "sec-fetch-site": "cross-site" }],
    ["a script of the same site", "EIO=4&transport=polling", { "sec-fetch-site": "same-site" }],
    ["JSONP", "EIO=3&transport=polling&j=0", {}],
    ["JSONP of protocol 4", "EIO=4&transport=polling&j=0", {}],
  ])("%s, without an Origin header", async (_, query, headers) => {
    const { engine, request } = await startEngine({ allowedOrigins: /./, allowEIO3: true });
    expect(await request(query, { headers })).toMatchObject({
      status: 403,
      text: '{"code":4,"message":"Origin not allowed"}',
    });
    expect(engine.clientsCount).toBe(0);
    const own = { "sec-fetch-site": "same-origin" };
    expect((await request("EIO=3&transport=polling", { headers: own })).status).toBe(200);
  });

  test("markup in an origin does not come back", async () => {
    const origin = "http://<script>alert(1)</script>";
    const { polled, upgraded, errors } = await connect(HERE, origin);
    expect(polled.text + upgraded).not.toContain("<script>");
    expect(errors[0]?.context).toHaveProperty("origin", origin);
  });
});

test("the upgrade of a session that exists is subject to it too", async () => {
  const { engine, url, poll } = await startEngine({ allowedOrigins: [HERE] });
  const { wire, socket } = await poll();
  const target = `${PATH}?EIO=4&transport=websocket&sid=${wire.handshake.sid}`;
  const refused = waitFor<[object]>(engine, "connection_error");
  await expect(openRawWebSocket(url, target, { origin: "https://evil.com" })).rejects.toThrow("400");
  expect(await refused).toMatchObject([{ code: 4, context: { name: "INVALID_ORIGIN" } }]);
  expect(socket.readyState).toBe("open");
  const upgraded = waitFor(socket, "upgrade");
  const raw = await openRawWebSocket(url, target, { origin: HERE });
  raw.send("2probe");
  raw.send("5");
  await upgraded;
});

test("allowRequest is asked about allowed origins only", async () => {
  const asked: unknown[] = [];
  const { request } = await startEngine({
    allowedOrigins: HERE,
    allowRequest: async ({ headers }) => {
      asked.push(headers.origin);
      return false;
    },
  });
  await request("EIO=4&transport=polling", { headers: { origin: "https://evil.com" } });
  const { text } = await request("EIO=4&transport=polling", { headers: { origin: HERE } });
  expect(JSON.parse(text)).toEqual({ code: 4, message: "Forbidden" });
  expect(asked).toEqual([HERE]);
});

test("a client that goes away while the application decides leaves nothing", async () => {
  let decide: ((allowed: boolean) => void) | undefined;
  const { engine, request } = await startEngine({
    allowedOrigins: () => new Promise((resolve) => (decide = resolve)),
  });
  const gone = request("EIO=4&transport=polling", {
    headers: { origin: HERE },
    onRequest: (outgoing) => {
      const check = setInterval(() => {
        if (!decide) return;
        clearInterval(check);
        outgoing.destroy();
      }, 1);
    },
  });
  await expect(gone).rejects.toThrow();
  decide?.(true);
  await request("EIO=4&transport=unknown");
  expect(engine.clientsCount).toBe(0);
});
