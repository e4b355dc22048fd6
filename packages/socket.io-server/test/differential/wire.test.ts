import { openSocketIo, openWebSocket } from "testkit";
import { expect, test } from "vitest";
import { implementations, type ServerImplementation } from "../support/start.js";
import { type Scenario, trace } from "../support/trace.js";

/** Packets that a joined client sends, the Engine.IO type left out; bytes are attachments. */
const SENT: [string, ...(string | Uint8Array)[]][] = [
  ["an event named error", '2["error"]'],
  ["an event named error, with an argument", '2["error","x"]'],
  ["an event named __proto__", '2["__proto__"]'],
  ["an event named constructor", '2["constructor",1]'],
  ["an event named hasOwnProperty", '2["hasOwnProperty"]'],
  ["an event with a number as name", '2[12,"a"]'],
  ["an event named disconnect", '2["disconnect","x"]'],
  ["an event named disconnecting", '2["disconnecting"]'],
  ["an event named connect", '2["connect"]'],
  ["an event named connect_error", '2["connect_error"]'],
  ["an event named newListener", '2["newListener","x"]'],
  ["an event named removeListener", '2["removeListener"]'],
  ["CONNECT a second time", "0"],
  ["CONNECT a second time, with auth", '0{"a":1}'],
  ["CONNECT with a string", '0/other,"a"'],
  ["CONNECT with a list", "0/other,[1]"],
  ["an event for a namespace not joined", '2/foo,["x"]'],
  ["DISCONNECT from a namespace not joined", "1/foo,"],
  ["CONNECT to a namespace that is not there", "0/foo,"],
  ["CONNECT to a namespace with a query", "0/foo?token=a,{}"],
  ["CONNECT to a namespace with a long name", `0/${"n".repeat(100_000)},`],
  ["an ack for an unknown id", '3999["x"]'],
  ["an ack without id", '3["x"]'],
  ["CONNECT_ERROR", '4{"message":"x"}'],
  ["an event that is an object", "2{}"],
  ["an event without a name", "2[null]"],
  ["an unknown type", "9"],
  ["no packet", "x"],
  ["a placeholder that is no number", '51-["hello",{"_placeholder":true,"num":"splice"}]', Buffer.from([1])],
  ["a placeholder out of range", '51-["hello",{"_placeholder":true,"num":1}]', Buffer.from([1])],
  ["a binary event", '51-["hello",{"_placeholder":true,"num":0}]', Buffer.from([1])],
  ["too many attachments", '511-["x",1]'],
  ["no attachments", '50-["x"]'],
  ["text where an attachment is awaited", '51-["hello",{"_placeholder":true,"num":0}]', '2["x"]'],
  ["an attachment that nobody awaits", Buffer.from([1])],
  ["toString as an object", '2[{"toString":"foo"}]'],
  ["nested deeply", `2["deep",${"[".repeat(3000)}${"]".repeat(3000)}]`],
];

const scenario =
  (sent: (string | Uint8Array)[]): Scenario =>
  async ({ io, log, url }) => {
    const heard: unknown[] = [];
    io.of("/other");
    io.on("connection", (socket) => {
      socket.onAny((event, ...args) => log("any", event, args));
      for (const event of ["__proto__", "constructor", "hasOwnProperty", "12"]) {
        socket.on(event, (...args) => heard.push([event, args]));
      }
      socket.on("disconnect", () => log("disconnect"));
      socket.on("error", (error) => heard.push(typeof error === "string" ? error : "an error"));
      socket.on("alive?", (callback) => callback("yes"));
    });
    const bystander = await openSocketIo(url);
    const client = await openSocketIo(url);
    for (const packet of sent) client.send(packet);
    client.send('277["alive?"]');
    try {
      const replies = client.packets;
      while (!String(replies.all.at(-1)).startsWith("377"))
        log("reply", String(await replies.next()).slice(0, 60));
    } catch {
      log("closed", io.sockets.sockets.size);
    }
    bystander.send('278["alive?"]');
    log("bystander", await bystander.packets.next());
    log(heard);
    client.close();
    bystander.close();
  };

test.each(SENT)("%s, as published", async (_name, ...sent) => {
  const run = (Implementation: ServerImplementation) => trace(Implementation, scenario(sent));
  const published = await run(implementations.published);
  expect(published).toContain('bystander 378["yes"]');
  expect(await run(implementations.ours)).toEqual(published);
});

test("a packet for a namespace whose middleware has not decided, as published", async () => {
  const pending: Scenario = async ({ io, log, url }) => {
    io.of("/slow").use((_socket, next) => setTimeout(next, 20));
    const wire = await openWebSocket(url);
    await wire.text();
    wire.send("40/slow,");
    wire.send('42/slow,["x"]');
    await wire.closed();
    log("closed", io.of("/slow").sockets.size);
  };
  const published = await trace(implementations.published, pending);
  expect(await trace(implementations.ours, pending)).toEqual(published);
});
