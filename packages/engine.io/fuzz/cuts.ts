import { createServer } from "node:http";
import { frame, httpRequest, listen, openTcp, type TcpWire } from "testkit";
import { Server } from "../src/index.js";

const PATH = "/engine.io/";
/** How many connections there are at a time. */
const ABREAST = 50;
/** How many milliseconds a reply may take. */
const PATIENCE = 20_000;

/** What a well-behaved client sends on one connection, and how the reply to it begins or ends. */
interface Exchange {
  name: string;
  bytes: Buffer;
  reply: RegExp;
}

/**
 * Well-formed exchanges, each in two pieces at every byte, which must make no difference, and each broken off at every byte; or at every
 * `step`-th one.
 *
 * @returns how many connections there were, and what went wrong
 */
export async function cutEverywhere(
  step: number,
  seed: number,
): Promise<{ connections: number; failures: string[] }> {
  // Of its own, with the time that it takes: no heartbeat ends what is waited for.
  const http = createServer();
  const engine = new Server();
  engine.attach(http);
  engine.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
  const { url, close } = await listen(http);
  const failures: string[] = [];
  const jobs = KINDS.flatMap((kind) => {
    // Every exchange of a kind has as many bytes.
    const { length } = kind("x".repeat(20)).bytes;
    const cuts = Array.from({ length: length - 1 }, (_, i) => i + 1).filter(
      (cut) => (cut + seed) % step === 0,
    );
    return cuts.flatMap((cut) => [
      () => inTwoPieces(url, kind, cut, failures),
      () => brokenOff(url, kind, cut),
    ]);
  });
  let next = 0;
  await Promise.all(
    Array.from({ length: ABREAST }, async () => {
      for (let job = jobs[next++]; job; job = jobs[next++]) await job();
    }),
  );
  engine.close();
  await close();
  return { connections: jobs.length, failures };
}

type Kind = (sid: string) => Exchange;

const lines = (...all: string[]) => Buffer.from(`${all.join("\r\n")}\r\n\r\n`);
const UPGRADE = [
  "host: x",
  "connection: upgrade",
  "upgrade: websocket",
  "sec-websocket-version: 13",
  "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
];

const KINDS: readonly Kind[] = [
  () => ({
    name: "handshake",
    bytes: lines(`GET ${PATH}?EIO=4&transport=polling HTTP/1.1`, "host: x", "connection: close"),
    reply: /^HTTP\/1\.1 200 .*0\{"sid":/s,
  }),
  (sid) => ({
    name: "post",
    bytes: Buffer.concat([
      lines(
        `POST ${PATH}?EIO=4&transport=polling&sid=${sid} HTTP/1.1`,
        "host: x",
        "content-length: 15",
        "connection: close",
      ),
      Buffer.from("4a\u{1f600}\x1ebAAEC\x1e42"),
    ]),
    reply: /^HTTP\/1\.1 200 .*ok$/s,
  }),
  (sid) => ({
    name: "post in chunks",
    bytes: Buffer.concat([
      lines(
        `POST ${PATH}?EIO=4&transport=polling&sid=${sid} HTTP/1.1`,
        "host: x",
        "transfer-encoding: chunked",
        "connection: close",
      ),
      Buffer.from("3\r\n4ab\r\n3\r\n\x1e4c\r\n0\r\n\r\n"),
    ]),
    reply: /^HTTP\/1\.1 200 .*ok$/s,
  }),
  () => ({
    name: "WebSocket",
    bytes: Buffer.concat([
      lines(`GET ${PATH}?EIO=4&transport=websocket HTTP/1.1`, ...UPGRADE),
      frame("4one"),
      frame(Buffer.from([1, 2])),
      frame("4la", { fin: false }),
      frame("st", { opcode: 0 }),
    ]),
    reply: /^HTTP\/1\.1 101 .*4last/s,
  }),
  (sid) => ({
    name: "probe",
    bytes: Buffer.concat([
      lines(`GET ${PATH}?EIO=4&transport=websocket&sid=${sid} HTTP/1.1`, ...UPGRADE),
      frame("2probe"),
      frame("5"),
      frame("4last"),
    ]),
    reply: /^HTTP\/1\.1 101 .*3probe.*4last/s,
  }),
];

async function prepare(url: string, kind: Kind): Promise<{ exchange: Exchange; tcp: TcpWire }> {
  // Those that need no session do not look at it.
  const { text } = await httpRequest(url, `${PATH}?EIO=4&transport=polling`);
  const { sid } = JSON.parse(text.slice(1)) as { sid: string };
  return { exchange: kind(sid), tcp: await openTcp(url) };
}

async function inTwoPieces(url: string, kind: Kind, cut: number, failures: string[]): Promise<void> {
  const { exchange, tcp } = await prepare(url, kind);
  const { name, bytes, reply } = exchange;
  const isOver = tcp.closed(PATIENCE).catch(() => {});
  const answered = new Promise<void>((resolve) => {
    tcp.socket.on("data", () => reply.test(tcp.received().toString("latin1")) && resolve());
  });
  tcp.write(bytes.subarray(0, cut));
  // Two writes of one turn might well arrive as one.
  await new Promise((resolve) => setTimeout(resolve, 1));
  tcp.write(bytes.subarray(cut));
  await Promise.race([answered, isOver]);
  const received = tcp.received().toString("latin1");
  if (!reply.test(received)) failures.push(`${name} cut at ${cut}: ${JSON.stringify(received)}`);
  tcp.destroy();
}

async function brokenOff(url: string, kind: Kind, cut: number): Promise<void> {
  const { exchange, tcp } = await prepare(url, kind);
  await new Promise<void>((resolve) => tcp.socket.write(exchange.bytes.subarray(0, cut), () => resolve()));
  if (cut % 2) tcp.reset();
  else tcp.destroy();
}
