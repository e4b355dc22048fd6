import { collect, type EventEntry, waitFor } from "testkit";
import { describe, expect, it } from "vitest";
import { io, type Socket } from "../src/index.js";
import { scripted } from "./support/scripted.js";
import { type ClientOptions, onEnd } from "./support/start.js";

const NOT_V5 = /^no session id from the server/;

function connect(url: string, options?: ClientOptions): Socket {
  const socket = io(url, {
    forceNew: true,
    transports: ["websocket"],
    reconnectionDelay: 10,
    reconnectionDelayMax: 20,
    ...options,
  });
  onEnd(() => socket.disconnect());
  return socket;
}

/** A server that answers the connection request with these messages. */
const answering = (...answers: string[]) =>
  scripted((connection, message) => {
    if (message.startsWith("0")) for (const answer of answers) connection.send(answer);
  });

describe("a server that answers the connection request", () => {
  it.each(["0", "0{}", '0{"sid":1}', '0{"sid":""}', '0{"sid":{"a":1}}', '0{"sid":null}', '0{"SID":"x"}'])(
    "%s is not one of protocol 5",
    async (answer) => {
      const { url, received } = await answering(answer);
      const socket = connect(url);
      const errors = collect(socket, "connect_error", "connect", "disconnect");
      const { event, args } = await errors.next();
      expect(event).toBe("connect_error");
      expect(args[0]).toMatchObject({
        message: expect.stringMatching(NOT_V5),
        code: "ERR_PROTOCOL_MISMATCH",
      });
      expect([socket.connected, socket.id, socket.active]).toEqual([false, undefined, true]);
      // No loop: it stays connected, and asks again only when told to.
      expect(received.all).toEqual(["0"]);
      socket.connect();
      expect((await errors.next()).event).toBe("connect_error");
      expect(received.all).toEqual(["0", "0"]);
    },
  );

  it.each([
    ['4{"message":"no","data":[1]}', "no", [1]],
    ['4{"message":"no"}', "no", undefined],
    ['4"as in v2"', "as in v2", undefined],
    ["4{}", "[object Object]", undefined],
  ])("%s refuses it", async (answer, message, data) => {
    const { url } = await answering(answer);
    const socket = connect(url);
    const [error] = (await waitFor(socket, "connect_error")) as [Error & { data: unknown }];
    expect(error).toMatchObject({ message, code: "ERR_CONNECT_REFUSED" });
    expect(error.data).toEqual(data);
    expect([socket.active, socket.connected]).toEqual([false, false]);
  });

  it("1 ends it", async () => {
    const { url } = await answering("1");
    const socket = connect(url);
    expect((await waitFor(socket, "disconnect"))[0]).toBe("io server disconnect");
    expect(socket.active).toBe(false);
  });

  it("twice, or with a refusal afterwards, changes nothing", async () => {
    const { url } = await answering('0{"sid":"a"}', '0{"sid":"b"}', "0{}", '4{"message":"no"}', '2["done"]');
    const socket = connect(url);
    const events = collect(socket, "connect", "connect_error", "disconnect", "done");
    expect((await events.take(2)).map(({ event }) => event)).toEqual(["connect", "done"]);
    expect([socket.id, socket.active]).toEqual(["a", true]);
  });
});

describe("a server that sends", () => {
  const connected = '0{"sid":"a"}';

  it.each([
    ["9"],
    [""],
    ["2{}"],
    ['2["connect"]'],
    ['2["disconnect"]'],
    ["2["],
    ['511-["x",{"_placeholder":true,"num":0}]'],
    ['51-["x",{"_placeholder":true,"num":"splice"}]'],
    ["3x"],
  ])("%s is left, with a parse error", async (message) => {
    const { url, connections } = await scripted((connection, request) => {
      if (!request.startsWith("0")) return;
      connection.send(connected);
      if (connections.all.length === 1) {
        connection.send(message);
        connection.send(Buffer.from("x"));
      }
    });
    const socket = connect(url);
    const events = collect(socket, "connect", "disconnect");
    const took = await events.take(3);
    expect(took.map(({ event }) => event)).toEqual(["connect", "disconnect", "connect"]);
    const [reason, error] = (took[1] as EventEntry).args;
    expect(reason).toBe("parse error");
    expect(error).toBeInstanceOf(Error);
  });

  it("what nobody waits for is ignored", async () => {
    const noise = [
      '3["no id"]',
      '3999["no such id"]',
      '30["never asked"]',
      '2/other,["x"]',
      "1/other",
      '0/__proto__,{"sid":"b"}',
      "4/toString,{}",
    ];
    const { url } = await answering(connected, ...noise, '2["done"]');
    const socket = connect(url);
    const seen: unknown[] = [];
    socket.onAny((...args) => seen.push(args));
    await waitFor(socket, "done");
    expect(seen).toEqual([["done"]]);
  });

  it("an acknowledgement twice is heard once", async () => {
    const { url } = await scripted((connection, message) => {
      if (message.startsWith("0")) connection.send(connected);
      else for (const answer of ["30[1]", "30[2]", '2["done"]']) connection.send(answer);
    });
    const socket = connect(url);
    const answers: unknown[] = [];
    socket.emit("ask", (answer: unknown) => answers.push(answer));
    await waitFor(socket, "done");
    expect(answers).toEqual([1]);
  });

  it("events before the connection reply has them delivered with it", async () => {
    const { url, received } = await answering('2["early",1]', '20["ask"]', '0{"sid":"a","pid":"p"}');
    const socket = connect(url);
    const seen: unknown[] = [];
    socket.onAny((event) => seen.push([event, socket.connected, socket.id]));
    socket.on("ask", (ack) => ack("answer"));
    expect(socket.receiveBuffer).toEqual([]);
    await waitFor(socket, "connect");
    expect(seen).toEqual([
      ["early", true, "a"],
      ["ask", true, "a"],
    ]);
    expect(await received.until((message) => message.startsWith("3"))).toBe('30["answer"]');
  });
});

describe("recovery", () => {
  it("tells the server the private id and the last offset", async () => {
    const { url, received } = await scripted((connection, message) => {
      if (!message.startsWith("0")) return;
      connection.send('0{"sid":"a","pid":"p1"}');
      connection.send('2["x",{},"offset 1"]');
      connection.send('2["y",2]');
      connection.send('27["with ack","not an offset"]');
      setImmediate(() => connection.close());
    });
    const socket = connect(url, { auth: { token: 1 } });
    const connects = collect(socket, "connect");
    await connects.take(2);
    expect(socket.recovered).toBe(true);
    expect(received.all.slice(0, 2)).toEqual(['0{"token":1}', '0{"pid":"p1","offset":"offset 1","token":1}']);
  });
});
