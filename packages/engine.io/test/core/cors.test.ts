import { expect, test } from "vitest";
import type { EngineRequest } from "../../src/core/contract.js";
import {
  type CorsGrant,
  type CorsOptions,
  type CorsOptionsDelegate,
  grantCors,
} from "../../src/core/cors.js";

const ORIGIN = "https://a.example";

function request(method = "GET", headers: Record<string, string> = { origin: ORIGIN }): EngineRequest {
  return { method, headers, _query: {} };
}

function grant(cors: CorsOptions | CorsOptionsDelegate, from: EngineRequest = request()): Promise<CorsGrant> {
  return new Promise((resolve, reject) => {
    grantCors(cors, from, (error, given) => (given ? resolve(given) : reject(error)));
  });
}

const ALLOW = "Access-Control-Allow-Origin";

test.each<[string, CorsOptions["origin"], string | undefined, string[]]>([
  ["nothing", undefined, "*", []],
  ["any", "*", "*", []],
  ["a fixed one", "https://b.example", "https://b.example", ["Origin"]],
  ["a pattern", /a\.example$/, ORIGIN, ["Origin"]],
  ["another pattern", /b\.example$/, undefined, ["Origin"]],
  ["a list", ["https://b.example", ORIGIN], ORIGIN, ["Origin"]],
  ["a list with a pattern", ["https://b.example", /a\.ex/], ORIGIN, ["Origin"]],
  ["another list", ["https://b.example"], undefined, ["Origin"]],
  ["the request's", true, ORIGIN, ["Origin"]],
  ["none", false, undefined, []],
  ["a function that agrees", (_, callback) => callback(null, true), ORIGIN, ["Origin"]],
  ["a function that declines", (_, callback) => callback(null, false), undefined, []],
  ["a function that gives a list", (_, callback) => callback(null, [ORIGIN]), ORIGIN, ["Origin"]],
  ["a function that takes its time", (_, callback) => setImmediate(callback, null, true), ORIGIN, ["Origin"]],
])("origin: %s", async (_, origin, expected, vary) => {
  const { headers, vary: actual } = await grant({ origin });
  expect(headers[ALLOW]).toBe(expected);
  expect(actual).toEqual(vary);
});

test("a pattern with the g flag matches every time", async () => {
  const cors = { origin: /a\.example/g };
  for (let i = 0; i < 3; i++) expect((await grant(cors)).headers[ALLOW]).toBe(ORIGIN);
});

test("origin: true without an Origin header allows nothing in particular", async () => {
  const { headers, vary } = await grant({ origin: true }, request("GET", {}));
  expect(headers).toEqual({});
  expect(vary).toEqual(["Origin"]);
});

test("a preflight request is answered", async () => {
  const from = request("OPTIONS", { origin: ORIGIN, "access-control-request-headers": "x-a,x-b" });
  expect(
    await grant({ origin: true, credentials: true, maxAge: 60, exposedHeaders: ["x-c", "x-d"] }, from),
  ).toEqual({
    headers: {
      [ALLOW]: ORIGIN,
      "Access-Control-Allow-Credentials": "true",
      "Access-Control-Allow-Methods": "GET,HEAD,PUT,PATCH,POST,DELETE",
      "Access-Control-Allow-Headers": "x-a,x-b",
      "Access-Control-Expose-Headers": "x-c,x-d",
      "Access-Control-Max-Age": "60",
    },
    vary: ["Origin", "Access-Control-Request-Headers"],
    preflight: 204,
  });
});

test("a preflight request with everything given", async () => {
  const cors = { methods: ["GET", "POST"], allowedHeaders: ["x-a"], optionsSuccessStatus: 200 };
  expect(await grant(cors, request("OPTIONS"))).toEqual({
    headers: {
      [ALLOW]: "*",
      "Access-Control-Allow-Methods": "GET,POST",
      "Access-Control-Allow-Headers": "x-a",
    },
    vary: [],
    preflight: 200,
  });
});

test("preflightContinue leaves the answer to others", async () => {
  expect((await grant({ preflightContinue: true }, request("OPTIONS"))).preflight).toBeUndefined();
});

test("the options may depend on the request", async () => {
  const delegate: CorsOptionsDelegate = ({ url }, callback) => callback(null, { origin: url === "/a" });
  expect((await grant(delegate, { ...request(), url: "/a" })).headers[ALLOW]).toBe(ORIGIN);
  expect((await grant(delegate, { ...request(), url: "/b" })).headers).toEqual({});
});

test("errors of the application are handed on", async () => {
  const failure = new Error("no");
  await expect(grant((_, callback) => callback(failure))).rejects.toBe(failure);
  await expect(grant({ origin: (_, callback) => callback(failure) })).rejects.toBe(failure);
});
