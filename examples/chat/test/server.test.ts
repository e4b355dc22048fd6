import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { httpRequest, listen, openSocketIo, type SocketIoWire } from "testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChatProcess, startChat } from "./chat-process.js";

type Answer = Record<string, unknown>;

interface Welcome {
  conversations: { id: string; readSeq: number; messages: Answer[] }[];
}

let people = 0;
const tokenOf = (id: number) => id.toString(16).padStart(32, "0");

// The array of an event, be it with attachments, with an acknowledgement or plain.
function argsOf(packet: string | Buffer): unknown[] {
  const match = typeof packet === "string" ? /^(?:2|5\d+-)\d*(\[.*)$/s.exec(packet) : null;
  return match?.[1] === undefined ? [] : JSON.parse(match[1]);
}

/** A client made of raw packets, so that it can also send what the page never would. */
class Peer {
  readonly #wire: SocketIoWire;
  #nextId = 0;

  private constructor(wire: SocketIoWire) {
    this.#wire = wire;
  }

  static async join(url: string, auth: object = {}): Promise<Peer> {
    people += 1;
    const wire = await openSocketIo(url, {
      auth: { token: tokenOf(people), name: `Person ${people}`, ...auth },
    });
    return new Peer(wire);
  }

  get connected(): string {
    return this.#wire.connected;
  }

  /** Sends an event as it is and returns the answer to it. */
  async ask(event: string, ...args: unknown[]): Promise<Answer> {
    const id = this.#nextId++;
    this.#wire.send(`2${id}${JSON.stringify([event, ...args])}`);
    return this.#answer(id);
  }

  async askWithBytes(event: string, input: (placeholder: object) => object, bytes: Buffer): Promise<Answer> {
    const id = this.#nextId++;
    this.#wire.send(`51-${id}${JSON.stringify([event, input({ _placeholder: true, num: 0 })])}`);
    this.#wire.send(bytes);
    return this.#answer(id);
  }

  send(packet: string): void {
    this.#wire.send(packet);
  }

  /** The first argument of the next event of this name. */
  async event<T>(name: string): Promise<T> {
    const packet = await this.#wire.packets.until((one) => argsOf(one)[0] === name);
    return argsOf(packet)[1] as T;
  }

  /** The next message that a person wrote. */
  async text(): Promise<Answer> {
    for (;;) {
      const message = await this.event<Answer>("message");
      if (message.kind === "text") return message;
    }
  }

  close(): void {
    this.#wire.close();
  }

  async #answer(id: number): Promise<Answer> {
    const packet = await this.#wire.packets.until((one) => String(one).startsWith(`3${id}[`));
    return JSON.parse(String(packet).slice(`3${id}`.length))[0];
  }
}

const message = (text: unknown, more: object = {}) => ({
  conversation: "#general",
  nonce: "nonce-0001",
  text,
  ...more,
});

describe("the chat server", () => {
  let chat: ChatProcess;
  beforeAll(async () => {
    chat = await startChat();
  });
  afterAll(async () => {
    await chat?.kill();
  });

  it("serves the page with a strict content security policy", async () => {
    const page = await httpRequest(chat.url, "/");
    expect(page.status).toBe(200);
    expect(page.text).toContain("<title>Parley</title>");
    expect(page.headers["content-security-policy"]).toContain("script-src 'self';");
    expect(page.headers["x-powered-by"]).toBeUndefined();
    const outside = await httpRequest(chat.url, "/../server.js");
    expect(outside.status).toBe(404);
  });

  it.each([
    ["no token", { token: undefined }, "ERR_BAD_REQUEST"],
    ["a short token", { token: "abc" }, "ERR_BAD_REQUEST"],
    ["an array as token", { token: [tokenOf(1)] }, "ERR_BAD_REQUEST"],
    ["an empty name", { name: "   " }, "ERR_BAD_REQUEST"],
    ["a long name", { name: "x".repeat(25) }, "ERR_BAD_REQUEST"],
    ["a name of 100 kB", { name: "x".repeat(100_000) }, "ERR_BAD_REQUEST"],
    ["a name that reorders text", { name: "a\u202eb" }, "ERR_BAD_REQUEST"],
    ["a number as name", { name: 5 }, "ERR_BAD_REQUEST"],
  ])("refuses %s", async (_what, auth, code) => {
    const peer = await Peer.join(chat.url, auth);
    expect(peer.connected).toMatch(/^4\{/);
    expect(peer.connected).toContain(`"code":"${code}"`);
    peer.close();
  });

  it("answers every malformed request with an error, and lives", async () => {
    const peer = await Peer.join(chat.url);
    const refused = async (event: string, ...args: unknown[]) => {
      const answer = await peer.ask(event, ...args);
      expect(answer, `${event} ${JSON.stringify(args).slice(0, 80)}`).toMatchObject({
        ok: false,
        code: expect.stringMatching(/^ERR_/),
        message: expect.any(String),
      });
      expect(answer.code).not.toBe("ERR_INTERNAL");
    };
    for (const input of [
      null,
      7,
      "text",
      [],
      {},
      { conversation: "__proto__" },
      { conversation: { a: 1 } },
    ]) {
      await refused("message:send", input);
    }
    await refused("message:send", message("hi", { conversation: "#nowhere" }));
    await refused("message:send", message("hi", { conversation: "#pictures" }));
    await refused("message:send", message("hi", { conversation: "@nobody" }));
    await refused("message:send", message("hi", { nonce: "" }));
    await refused("message:send", message("   \u0000 "));
    await refused("message:send", message(["hi"]));
    await refused("message:send", message("x".repeat(2001)));
    await refused("message:send", message("", { picture: { bytes: "no bytes", width: 1, height: 1 } }));
    await refused("message:seen", { conversation: "#general", seq: -1 });
    await refused("message:seen", { conversation: "#general", seq: "1" });
    await refused("picture:get", { conversation: "#general", id: "constructor" });
    await refused("room:create", { name: "../etc" });
    await refused("room:create", { name: "General" });
    await refused("room:join", { id: "#constructor" });
    await refused("room:leave", { id: "#pictures" });
    await refused("user:rename", { name: "" });
    peer.send('2["message:send"]');
    expect(await peer.ask("latency", {})).toEqual({ ok: true });
    expect(chat.output()).not.toMatch(/Error/);
    peer.close();
  });

  it.each(["error", "disconnect", "newListener", "__proto__", "constructor", "unheard-of"])(
    "is not moved by an event named %s",
    async (name) => {
      const [peer, other] = [await Peer.join(chat.url), await Peer.join(chat.url)];
      peer.send(`2${JSON.stringify([name, {}])}`);
      peer.close();
      expect(await other.ask("latency", {})).toEqual({ ok: true });
      other.close();
    },
  );

  it("takes the type of a picture from its bytes", async () => {
    const [ada, bo] = [await Peer.join(chat.url), await Peer.join(chat.url)];
    const send = (bytes: Buffer, more: object = {}) =>
      ada.askWithBytes(
        "message:send",
        (placeholder) =>
          message("", {
            nonce: "picture-01",
            picture: { type: "text/html", bytes: placeholder, width: 2, height: 2, ...more },
          }),
        bytes,
      );
    expect(await send(Buffer.from("<svg onload=alert(1)>"))).toMatchObject({
      ok: false,
      code: "ERR_BAD_PICTURE",
    });
    const gif = Buffer.from("GIF89a, more or less");
    expect(await send(gif, { width: 0 })).toMatchObject({ ok: false, code: "ERR_BAD_REQUEST" });
    expect(await send(gif)).toMatchObject({
      ok: true,
      message: { picture: { type: "image/gif", size: gif.length } },
    });
    expect(await bo.text()).toMatchObject({ picture: { type: "image/gif", width: 2, height: 2 } });
    ada.close();
    bo.close();
  });

  it("posts a message that is sent twice once", async () => {
    const [ada, bo] = [await Peer.join(chat.url), await Peer.join(chat.url)];
    const first = await ada.ask("message:send", message("once", { nonce: "the-same-1" }));
    const again = await ada.ask("message:send", message("once", { nonce: "the-same-1" }));
    expect(first).toMatchObject({ ok: true, message: { text: "once" } });
    expect((again.message as Answer).id).toBe((first.message as Answer).id);
    await ada.ask("message:send", message("the next", { nonce: "another-01" }));
    expect(await bo.text()).toMatchObject({ text: "once" });
    expect(await bo.text()).toMatchObject({ text: "the next" });
    ada.close();
    bo.close();
  });

  it("slows down who floods it", async () => {
    const peer = await Peer.join(chat.url);
    const answers: Answer[] = [];
    for (let index = 0; index < 80; index++) {
      answers.push(await peer.ask("message:send", message("flood", { nonce: `flood-${index}-` })));
    }
    expect(answers.filter(({ ok }) => ok).length).toBeLessThan(60);
    expect(answers.find(({ ok }) => !ok)).toMatchObject({ ok: false, code: "ERR_TOO_FAST" });
    peer.close();
  });

  it("shows what was written meanwhile as unread to who comes back, as read to who comes new", async () => {
    const read = async (auth: object) => {
      const peer = await Peer.join(chat.url, auth);
      const { conversations } = await peer.event<Welcome>("welcome");
      peer.close();
      const [general] = conversations;
      return { readSeq: general?.readSeq, messages: general?.messages ?? [] };
    };
    const writer = await Peer.join(chat.url);
    await writer.ask("message:send", message("while you were away"));
    writer.close();
    expect((await read({ rooms: ["general"] })).readSeq).toBe(0);
    const { readSeq, messages } = await read({});
    // After what they find comes the note that says they joined.
    expect(readSeq).toBe(messages.at(-2)?.seq);
  });

  it("keeps a bounded history for who comes later", async () => {
    const late = await Peer.join(chat.url);
    const { conversations } = await late.event<{ conversations: { id: string; messages: Answer[] }[] }>(
      "welcome",
    );
    const general = conversations.find(({ id }) => id === "#general");
    expect(general?.messages.length).toBeGreaterThan(1);
    expect(general?.messages.length).toBeLessThanOrEqual(100);
    late.close();
  });
});

describe("the command", () => {
  const entry = fileURLToPath(new URL("../server.js", import.meta.url));

  it("takes the next free port and says so", async () => {
    const taken = await listen(createServer());
    const chat = await startChat(taken.port);
    expect(chat.output()).toContain(`Port ${taken.port} is taken`);
    expect(chat.port).toBeGreaterThan(taken.port);
    await chat.kill();
    await taken.close();
  });

  it("ends in order when told to, also with people connected", async () => {
    const chat = await startChat();
    const peer = await Peer.join(chat.url);
    expect(await chat.kill("SIGTERM")).toBe(0);
    peer.close();
  });

  it("refuses a port that is none", async () => {
    const child = spawn(process.execPath, [entry], { env: { ...process.env, PORT: "http" }, stdio: "pipe" });
    const [[chunk], [code]] = await Promise.all([once(child.stderr, "data"), once(child, "exit")]);
    expect(String(chunk)).toContain("PORT must be a number");
    expect(code).toBe(1);
  });
});
