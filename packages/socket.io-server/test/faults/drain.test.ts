import { waitFor } from "testkit";
import { afterEach, describe, expect, test } from "vitest";
import type { Server, Socket } from "../../src/index.js";
import { implementations, type Started, start } from "../support/start.js";

const { ours, published } = implementations;

let started: Started | undefined;
afterEach(() => started?.close());

describe("a deploy in the middle of a request", () => {
  /** What a client is answered that waits while the server goes, and why it was disconnected. */
  async function deploy(Implementation: typeof ours, end: (io: Server) => Promise<unknown>) {
    started = await start({}, Implementation);
    const client = started.connect();
    const [socket] = await waitFor<[Socket]>(started.io, "connection");
    const asked = waitFor<[(answer: string) => void]>(socket, "ask");
    const answer = client.emitWithAck("ask").catch((error) => error.message);
    const [reply] = await asked;
    const gone = waitFor<[string]>(client, "disconnect");
    const ended = end(started.io);
    setImmediate(() => reply("done"));
    const [reason] = await gone;
    await ended;
    return { answer: await answer, reason, comesBack: client.active };
  }

  test("published: close() cuts it off", async () => {
    expect("drain" in new published()).toBe(false);
    expect(await deploy(published, (io) => io.close())).toMatchObject({
      answer: "socket has been disconnected",
    });
  });

  test("ours: drain() waits for it, and the client comes back to another server", async () => {
    const drained = (io: Server) => io.drain({ deadline: 10_000, jitter: 0 });
    expect(await deploy(ours, drained)).toEqual({
      answer: "done",
      reason: "transport close",
      comesBack: true,
    });
  });
});
