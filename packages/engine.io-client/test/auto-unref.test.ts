import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { waitFor } from "testkit";
import { describe, expect, it } from "vitest";
import type { SocketOptions } from "../src/index.js";
import { closing } from "./support/cleanup.js";
import { deferred } from "./support/deferred.js";
import { SERVERS, type ServerSocket, start } from "./support/servers.js";

const attach = SERVERS["published engine.io"] as (typeof SERVERS)[string];
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

describe("autoUnref", () => {
  const run = (url: string, opts: SocketOptions, event: string) => {
    const args = [
      "--conditions=@socket.io/source",
      "--import",
      fixture("ts-hooks.mjs"),
      fixture("auto-unref.mjs"),
    ];
    return spawn(process.execPath, [...args, url, JSON.stringify(opts), event], {
      stdio: ["ignore", "pipe", "inherit"],
    });
  };

  it.each([
    [{ transports: ["polling"] }, "open"],
    [{ transports: ["websocket"] }, "open"],
    [{ transports: ["polling", "websocket"] }, "upgrade"],
    [{}, "open"],
  ])("lets the process end, %o", async (opts, event) => {
    const { url } = closing(await start(attach));
    const child = run(url, { ...opts, autoUnref: true, requestTimeout: 60_000 }, event);
    const output = child.stdout.setEncoding("utf8").toArray();
    const [code] = await waitFor(child, "exit", { timeout: 14_000 });
    expect(code).toBe(0);
    expect((await output).join("")).toBe("connected");
  });

  it("is off by default", async () => {
    const accepted = deferred<ServerSocket>();
    const { url } = closing(
      await start(attach, { options: { pingInterval: 100 }, onConnection: accepted.resolve }),
    );
    const child = run(url, { transports: ["websocket"] }, "open");
    let exited = false;
    child.on("exit", () => {
      exited = true;
    });
    const output = waitFor(child.stdout, "data", { timeout: 14_000 });
    const connection = await accepted.promise;
    await output;
    // Two pings later it is still there.
    for (let i = 0; i < 2; i++) await waitFor(connection, "heartbeat");
    expect(exited).toBe(false);
    child.kill();
    await waitFor(child, "exit");
  });
});
