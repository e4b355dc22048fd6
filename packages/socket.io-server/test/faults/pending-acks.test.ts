import { waitFor } from "testkit";
import { afterEach, describe, expect, test } from "vitest";
import type { ServerOptions, Socket } from "../../src/index.js";
import { implementations, type Started, start, turn } from "../support/start.js";

const { ours, published } = implementations;

let started: Started | undefined;
afterEach(() => started?.close());

/** What has become of a question whose client goes away, once it has gone. */
async function outcome(Implementation: typeof ours, options: Partial<ServerOptions> = {}, timeout?: number) {
  started = await start(options, Implementation);
  const client = started.connect();
  const [socket] = await waitFor<[Socket]>(started.io, "connection");
  const asking = timeout === undefined ? socket : socket.timeout(timeout);
  const answer = asking.emitWithAck("ask").catch((error) => error.code ?? error.message);
  const left = waitFor(socket, "disconnect");
  client.disconnect();
  await left;
  const settled = await Promise.race([answer, turn().then(() => "pending")]);
  return [settled, socket.acks.size];
}

describe("an acknowledgement that cannot come any more", () => {
  test("published: is awaited for ever, and kept", async () => {
    expect(await outcome(published)).toEqual(["pending", 1]);
  });

  test("published: with a timeout, is awaited until the time is up", async () => {
    expect(await outcome(published, {}, 500)).toEqual(["pending", 1]);
  });

  test("ours: with a timeout, is a typed error at once", async () => {
    expect(await outcome(ours, {}, 60_000)).toEqual(["ERR_SOCKET_DISCONNECTED", 0]);
  });

  test("ours: is a typed error where rejectAcksOnDisconnect says so, and never kept", async () => {
    expect(await outcome(ours, { rejectAcksOnDisconnect: true })).toEqual(["ERR_SOCKET_DISCONNECTED", 0]);
    await started?.close();
    expect(await outcome(ours)).toEqual(["pending", 0]);
  });
});

describe("a broadcast that not all acknowledge in time", () => {
  async function kept(Implementation: typeof ours): Promise<number> {
    started = await start({}, Implementation);
    started.connect();
    const [socket] = await waitFor<[Socket]>(started.io, "connection");
    await expect(started.io.timeout(10).emitWithAck("ask")).rejects.toThrow("operation has timed out");
    return socket.acks.size;
  }

  test("published: frees its callbacks", async () => {
    expect(await kept(published)).toBe(0);
  });

  test("ours: frees its callbacks too", async () => {
    expect(await kept(ours)).toBe(0);
  });
});
