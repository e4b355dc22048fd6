import { expect, test } from "vitest";
import { DEFAULTS, resolveServerOptions, type ServerOptions } from "../../src/core/options.js";
import { Server } from "../../src/index.js";

test("defaults", () => {
  const options = resolveServerOptions();
  expect(options).toMatchObject(DEFAULTS);
  expect(options).toMatchObject({
    pingTimeout: 20_000,
    pingInterval: 25_000,
    upgradeTimeout: 10_000,
    maxHttpBufferSize: 1_000_000,
    transports: ["polling", "websocket"],
    allowUpgrades: true,
    perMessageDeflate: false,
    httpCompression: { threshold: 1024 },
    cookie: false,
    bufferPolicy: "disconnect",
    maxBufferedBytes: 67_108_864,
  });
  expect(options.allowedOrigins).toBeUndefined();
});

test("as much may wait as a few of the largest messages", () => {
  expect(resolveServerOptions({ maxHttpBufferSize: 1e8 }).maxBufferedBytes).toBe(4e8);
  expect(resolveServerOptions({ maxHttpBufferSize: 1e8, maxBufferedBytes: 10 }).maxBufferedBytes).toBe(10);
});

test("the list of origins is not the one that was given", () => {
  const allowedOrigins = ["https://a.com"];
  const options = resolveServerOptions({ allowedOrigins });
  allowedOrigins.push("https://b.com");
  expect(options.allowedOrigins).toEqual(["https://a.com"]);
});

test("an undefined value is the default, and the given object stays as it is", () => {
  const given: ServerOptions = Object.freeze({ transports: ["websocket" as const], httpCompression: true });
  const options = resolveServerOptions({ ...given, pingInterval: undefined } as ServerOptions);
  expect(options.pingInterval).toBe(25_000);
  expect(options.httpCompression).toEqual({ threshold: 1024 });
  expect(options.transports).not.toBe(given.transports);
});

test("options of others, in the same object, are kept", () => {
  expect(resolveServerOptions({ path: "/x" } as ServerOptions)).toHaveProperty("path", "/x");
});

test.each<[object, string, RegExp]>([
  [{ pingInterval: 0 }, "ERR_INVALID_OPTION", /"pingInterval" must be .* not 0/],
  [{ pingInterval: "25" }, "ERR_INVALID_OPTION", /"pingInterval"/],
  [{ pingTimeout: Number.NaN }, "ERR_INVALID_OPTION", /"pingTimeout"/],
  [{ pingTimeout: 2 ** 31 }, "ERR_INVALID_OPTION", /2147483647/],
  [{ upgradeTimeout: -1 }, "ERR_INVALID_OPTION", /"upgradeTimeout"/],
  [{ maxHttpBufferSize: 0 }, "ERR_INVALID_OPTION", /"maxHttpBufferSize"/],
  [{ transports: [] }, "ERR_INVALID_OPTION", /"transports" must be a list/],
  [{ transports: "polling" }, "ERR_INVALID_OPTION", /"transports" must be a list/],
  [{ transports: ["__proto__"] }, "ERR_INVALID_OPTION", /unknown transport "__proto__"/],
  [{ allowRequest: true }, "ERR_INVALID_OPTION", /"allowRequest" must be a function/],
  [{ cookie: "io" }, "ERR_INVALID_OPTION", /write \{ name: "io" \}/],
  [{ cors: "*" }, "ERR_INVALID_OPTION", /"cors" must be an object/],
  [{ wsEngine: {} }, "ERR_INVALID_OPTION", /"wsEngine" must be a module/],
  [{ maxBufferedBytes: 0 }, "ERR_INVALID_OPTION", /"maxBufferedBytes" must be .* not 0/],
  [{ maxBufferedBytes: "1mb" }, "ERR_INVALID_OPTION", /"maxBufferedBytes"/],
  [{ bufferPolicy: "drop" }, "ERR_INVALID_OPTION", /one of "disconnect", "drop-oldest", "drop-newest"/],
  [
    { maxBufferedBytes: Number.POSITIVE_INFINITY, bufferPolicy: "drop-oldest" },
    "ERR_INVALID_OPTION",
    /no effect without a limit: remove it/,
  ],
  [{ allowedOrigins: [] }, "ERR_INVALID_OPTION", /"allowedOrigins" is empty/],
  [{ allowedOrigins: "*" }, "ERR_INVALID_OPTION", /leave it out/],
  [{ allowedOrigins: true }, "ERR_INVALID_OPTION", /strings or patterns/],
  [{ allowedOrigins: [["https://a.com"]] }, "ERR_INVALID_OPTION", /strings or patterns/],
  [{ allowedOrigins: "example.com" }, "ERR_INVALID_OPTION", /no origin: write a scheme/],
  [{ allowedOrigins: "https://a.com/" }, "ERR_INVALID_OPTION", /no path/],
  [{ allowedOrigins: "https://A.com" }, "ERR_INVALID_OPTION", /write "https:\/\/a.com" for/],
  [{ allowedOrigins: "https://a.com:443" }, "ERR_INVALID_OPTION", /write "https:\/\/a.com" for/],
  [{ allowedOrigins: ["https://\u00fc.de"] }, "ERR_INVALID_OPTION", /write "https:\/\/xn--tda.de"/],
  [{ allowedOrigins: /a/g }, "ERR_INVALID_OPTION", /remove the flag/],
])("%j is refused at construction", (options, code, message) => {
  const construct = () => new Server(options as object);
  expect(construct).toThrow(message);
  expect(construct).toThrow(expect.objectContaining({ code }));
});
