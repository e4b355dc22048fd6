import { readFileSync } from "node:fs";
import { Agent, createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { fileURLToPath } from "node:url";
import { listen, waitFor } from "testkit";
import { describe, expect, it } from "vitest";
import { Fetch, Socket, type SocketOptions, type TransportError } from "../src/index.js";
import { closing } from "./support/cleanup.js";
import { SERVERS, start } from "./support/servers.js";

const attach = SERVERS["published engine.io"] as (typeof SERVERS)[string];
const NAMES = ["polling", "websocket"];
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const cert = readFileSync(fixture("cert.pem"), "utf8");
const key = readFileSync(fixture("key.pem"), "utf8");

/** A server that records what every request, upgrades included, looks like. */
async function recording(options: object = {}) {
  const server = closing(await start(attach, { options }));
  const requests: IncomingMessage[] = [];
  // After the engine, which sets aside the listeners that are there before it.
  for (const event of ["request", "upgrade"]) server.http.on(event, (req) => requests.push(req));
  return { ...server, requests };
}

async function outcome(url: string, opts: SocketOptions): Promise<unknown> {
  const socket = closing(new Socket(url, opts));
  return Promise.race([
    waitFor(socket, "open").then(() => "open"),
    waitFor<[TransportError]>(socket, "error").then(([err]) => err),
  ]);
}

describe.each(NAMES)("TLS, %s", (name) => {
  const transports = [name];
  const secure = async (options: object = {}) =>
    closing(await start(attach, { http: createSecureServer({ key, cert, ...options }) as never }));

  it("verifies certificates unless told otherwise", async () => {
    const { url } = await secure();
    const err = (await outcome(url, { transports })) as TransportError;
    expect(err.type).toBe("TransportError");
    const cause = (err.context ?? err.description) as { statusText?: Error; error?: Error };
    expect(cause.statusText ?? cause.error).toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    expect(await outcome(url, { transports, rejectUnauthorized: undefined })).toBeInstanceOf(Error);
    expect(await outcome(url, { transports, rejectUnauthorized: false })).toBe("open");
    expect(await outcome(url, { transports, ca: cert })).toBe("open");
  });

  it("shows its own certificate", async () => {
    const { url } = await secure({ requestCert: true, rejectUnauthorized: true, ca: cert });
    expect(await outcome(url, { transports, ca: cert })).toBeInstanceOf(Error);
    expect(await outcome(url, { transports, ca: cert, cert, key })).toBe("open");
  });

  it("does not send secrets to a plain address by redirect", async () => {
    const plain = closing(await listen(createServer((_, res) => res.end("never"))));
    const http = createSecureServer({ key, cert }, (_, res) => {
      res.writeHead(302, { location: plain.url }).end();
    });
    const { url } = closing(await listen(http, { scheme: "https" }));
    expect(await outcome(url, { transports, ca: cert })).toBeInstanceOf(Error);
  });
});

describe.each(NAMES)("requests, %s", (name) => {
  const transports = [name];

  it("carry the query, the path and the headers", async () => {
    const { url, requests } = await recording({ path: "/my/path" });
    const opts = {
      transports,
      path: "/my/path",
      query: { token: "a b&c=d", sid: undefined as unknown as string },
      extraHeaders: { "X-One": "1", Authorization: "secret" },
    };
    delete (opts.query as { sid?: string }).sid;
    expect(await outcome(url, opts)).toBe("open");
    const { searchParams, pathname } = new URL(requests[0]?.url as string, url);
    expect(pathname).toBe("/my/path/");
    expect(Object.fromEntries(searchParams)).toMatchObject({ token: "a b&c=d", EIO: "4", transport: name });
    expect(requests[0]?.headers).toMatchObject({ "x-one": "1", authorization: "secret" });
  });

  it("are stamped when they should be", async () => {
    const stamp = async (opts: SocketOptions, param = "t") => {
      const { url, requests } = await recording();
      expect(await outcome(url, { transports, ...opts })).toBe("open");
      return new URL(requests[0]?.url as string, url).searchParams.get(param);
    };
    const some = expect.stringMatching(/^[0-9a-z]+$/);
    expect(await stamp({})).toEqual(name === "polling" ? some : null);
    expect(await stamp({ timestampRequests: true })).toEqual(some);
    expect(await stamp({ timestampRequests: false })).toBe(null);
    expect(await stamp({ timestampRequests: true, timestampParam: "x" }, "x")).toEqual(some);
  });

  it("take more options for one transport", async () => {
    const { url, requests } = await recording();
    const transportOptions = {
      [name]: { extraHeaders: { "x-who": name } },
      other: { extraHeaders: { "x-who": "other" } },
    };
    expect(await outcome(url, { transports, transportOptions })).toBe("open");
    expect(requests[0]?.headers["x-who"]).toBe(name);
  });

  it("use the agent that is given", async () => {
    const { url } = await recording();
    let connections = 0;
    const agent = new Agent();
    const { createConnection } = agent as unknown as { createConnection: (...args: unknown[]) => unknown };
    Object.assign(agent, {
      createConnection(...args: unknown[]) {
        connections++;
        return createConnection.apply(agent, args);
      },
    });
    expect(await outcome(url, { transports, agent })).toBe("open");
    expect(connections).toBeGreaterThan(0);
    expect(await outcome(url, { transports, agent: false })).toBe("open");
  });

  it("report a header that cannot be sent", async () => {
    const { url } = await recording();
    const err = (await outcome(url, { transports, extraHeaders: { "x-a": "b\r\nc: d" } })) as TransportError;
    expect(err.message).toBe(name === "polling" ? "xhr poll error" : "websocket error");
    expect(err.description).toMatchObject({ code: "ERR_INVALID_CHAR" });
  });

  it("report that nobody answers", async () => {
    const err = (await outcome("http://127.0.0.1:1", { transports })) as TransportError;
    expect(err.type).toBe("TransportError");
    expect(err.code).toBe("ERR_TRANSPORT");
    if (name === "polling") {
      expect(err.message).toBe("xhr poll error");
      expect(err.description).toBe(0);
      expect(err.context).toMatchObject({ status: 0, statusText: { code: "ECONNREFUSED" } });
    } else {
      expect(err.message).toBe("websocket error");
      expect(err.description).toMatchObject({ message: "connect ECONNREFUSED 127.0.0.1:1" });
    }
  });
});

describe("polling requests", () => {
  it("share one connection", async () => {
    const http = createServer();
    let connections = 0;
    http.on("connection", () => connections++);
    const { url } = closing(await start(attach, { http }));
    const socket = closing(new Socket(url, { transports: ["polling"] }));
    for (let i = 0; i < 10; i++) {
      socket.send(`${i}`);
      await waitFor(socket, "message");
    }
    // The next GET request may start while the connection of the last one is being put away.
    expect(connections).toBeLessThanOrEqual(3);
  });

  it("report what the server says", async () => {
    const { url } = closing(await start(attach, { options: { transports: ["websocket"] } }));
    const err = (await outcome(url, { transports: ["polling"] })) as TransportError & {
      context: { responseText: string; getResponseHeader(name: string): string | null };
    };
    expect(err.description).toBe(400);
    expect(JSON.parse(err.context.responseText)).toEqual({ code: 0, message: "Transport unknown" });
    expect(err.context.getResponseHeader("Content-Type")).toBe("application/json");
    expect(err.context.getResponseHeader("x-none")).toBe(null);
  });

  it.each([
    ["NodeXHR", "polling", "xhr poll error"],
    ["Fetch", Fetch, "fetch read error"],
  ] as const)("fail after requestTimeout, %s", async (_, transport, message) => {
    const { url } = closing(await listen(createServer(() => {})));
    const start = performance.now();
    const err = (await outcome(url, { transports: [transport], requestTimeout: 60 })) as TransportError;
    expect(err.message).toBe(message);
    expect(err.description).toBe(0);
    expect(performance.now() - start).toBeGreaterThan(50);
  });

  it("follow a redirect, and send secrets to their own server only", async () => {
    const seen: Record<string, IncomingMessage["headers"]> = {};
    const { url, http } = closing(await start(attach));
    http.on("request", (req) => {
      seen.target = req.headers;
    });
    const redirect: RequestListener = (req, res) => {
      const isHere = req.url?.startsWith("/engine.io");
      seen[isHere ? "first" : "second"] = req.headers;
      res.writeHead(307, { location: isHere ? `/here${req.url}` : url + req.url?.slice(5) }).end();
    };
    const front = closing(await listen(createServer(redirect)));
    const socket = closing(
      new Socket(front.url, {
        transports: ["polling"],
        extraHeaders: { Authorization: "secret", Cookie: "a=b", "x-public": "1" },
      }),
    );
    socket.send("by POST");
    expect((await waitFor(socket, "message"))[0]).toBe("by POST");
    expect(seen.first).toMatchObject({ authorization: "secret", cookie: "a=b", "x-public": "1" });
    expect(seen.second).toMatchObject({ authorization: "secret", cookie: "a=b", "x-public": "1" });
    expect(seen.target).toMatchObject({ "x-public": "1" });
    expect(seen.target).not.toHaveProperty("authorization");
    expect(seen.target).not.toHaveProperty("cookie");
  });

  it("end when the connection is closed, though the server does not answer", async () => {
    const http = createServer((req, res) => {
      if (!req.url?.includes("sid=")) {
        res.end(`0${JSON.stringify({ sid: "a", upgrades: [], pingInterval: 25000, pingTimeout: 20000 })}`);
      }
      if (req.method === "POST") res.end("ok");
    });
    const poll = new Promise<IncomingMessage>((resolve) => {
      http.on("request", (req) => {
        if (req.method === "GET" && req.url?.includes("sid=")) resolve(req);
      });
    });
    const { url } = closing(await listen(http));
    const socket = new Socket(url, { transports: ["polling"] });
    await poll;
    socket.close();
    await waitFor((await poll).socket, "close");
  });
});

describe("compression", () => {
  /** Which of the messages arrive compressed, by the first byte of their frames. */
  const compressed = async (opts: SocketOptions) => {
    const server = closing(
      await start(attach, { options: { perMessageDeflate: true, maxHttpBufferSize: 1e6 } }),
    );
    const flags: boolean[] = [];
    server.http.on("upgrade", (_, raw) => {
      raw.prependListener("data", (chunk: Buffer) => flags.push(((chunk[0] as number) & 0x40) > 0));
    });
    const socket = closing(new Socket(server.url, { transports: ["websocket"], ...opts }));
    await waitFor(socket, "open");
    const send = async (size: number, compress?: boolean) => {
      socket.send("x".repeat(size), { compress });
      expect((await waitFor<[string]>(socket, "message"))[0]).toHaveLength(size);
    };
    await send(1022); // and the packet type: one byte below the threshold
    await send(1023);
    await send(1024, false);
    return flags;
  };

  it.each([
    [{}, [false, true, false]],
    [{ perMessageDeflate: { threshold: 10 } }, [true, true, false]],
    [{ perMessageDeflate: { threshold: 2000 } }, [false, false, false]],
    [{ perMessageDeflate: true }, [true, true, false]],
    [{ perMessageDeflate: false }, [false, false, false]],
  ])("with %o", async (opts, expected) => {
    expect(await compressed(opts)).toEqual(expected);
  });
});

describe("cookies", () => {
  const options = { cookie: { name: "route", path: "/" } };

  it.each([[["polling"]], [[Fetch]], [["polling", "websocket"]]])(
    "return to the server with credentials, %o",
    async (transports) => {
      const { url, requests, engine } = await recording(options);
      engine.on("headers", (headers: Record<string, unknown>) => {
        headers["set-cookie"] = ["extra=1; max-age=100", "gone=2; Max-Age=0"];
      });
      const socket = closing(
        new Socket(url, { transports, withCredentials: true, extraHeaders: { cookie: "own=0" } }),
      );
      socket.send("a");
      await waitFor(socket, transports.length > 1 ? "upgrade" : "message");
      expect(requests[0]?.headers.cookie).toBe("own=0");
      expect(requests.length).toBeGreaterThan(1);
      for (const { headers } of requests.slice(1)) {
        expect(headers.cookie).toMatch(/^own=0; (route=[\w-]+; extra=1|extra=1; route=[\w-]+|extra=1)$/);
      }
    },
  );

  it("stay away without", async () => {
    const { url, requests } = await recording(options);
    const socket = closing(new Socket(url, { transports: ["polling", "websocket"] }));
    await waitFor(socket, "upgrade");
    expect(requests.filter(({ headers }) => headers.cookie)).toEqual([]);
  });
});
