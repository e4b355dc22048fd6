import { frame, httpRequest, openRawWebSocket, openTcp, type TcpWire } from "testkit";
import { mutate, type Random } from "./random.js";

/** What an attack has sent, for who wants to see it again, and what was answered. */
export interface Trace {
  kind: string;
  sent: Buffer[];
  replies: Buffer[];
}

const PATH = "/engine.io/";
/** How many milliseconds an attacker waits for a reply. */
const PATIENCE = 100;
const PAYLOADS = [
  "4hello\x1ebAAEC\x1e4\x1e6",
  "4\x1e3\x1e2\x1e1",
  "2:4a10:b4AAECAwQF",
  "5:4\u{1f600}ab",
  "d=4hello%5Cn",
].map((text) => Buffer.from(text));
const TEXTS = ["2probe", "5", "4hello", "bAAEC", "3", "6", "", "1", "0{}", "4\u{1f600}", "7", "bnot base64"];

type Attack = (url: string, random: Random, round: number) => Promise<Trace>;

/** A request by hand, with anything wrong with it. */
const request: Attack = async (url, random) => {
  const body = random.once(2) ? random.pick(PAYLOADS) : Buffer.alloc(0);
  const lines = [
    `${random.pick(["GET", "POST", "PUT", "OPTIONS", "DELETE", "HEAD"])} ${query(random)} HTTP/1.1`,
    "host: x",
    random.pick(["connection: close", "connection: upgrade\r\nupgrade: websocket", "connection: keep-alive"]),
    random.pick(["origin: https://a.com", "cookie: io=x", "content-type: application/octet-stream", "x: y"]),
    random.pick([`content-length: ${body.length}`, `content-length: ${random.below(1e7)}`, "te: x"]),
    "sec-websocket-version: 13",
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  const whole = Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), body]);
  return overTcp("request", url, random, [random.once(3) ? whole : mutate(random, whole)]);
};

/** A well-formed request whose query is not. */
const queries: Attack = async (url, random) => {
  const target = mutate(random, Buffer.from(query(random)))
    .toString("latin1")
    .replace(/[\0-\x20\x7f]/g, "+");
  const lines = [
    `GET ${target.startsWith("/") ? target : `/${target}`} HTTP/1.1`,
    "host: x",
    "connection: close",
  ];
  return overTcp("query", url, random, [Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1")]);
};

/** A session by polling, and a body cut at one byte after the other, or changed. */
const bodies: Attack = async (url, random, round) => {
  const protocol = random.pick([3, 4]);
  const target = `${PATH}?EIO=${protocol}&transport=polling${protocol === 3 && random.once(3) ? "&b64=1" : ""}`;
  const sid = /"sid":"([^"]+)/.exec((await httpRequest(url, target)).text)?.[1];
  const payload = random.pick(PAYLOADS);
  const body = random.once(2) ? payload.subarray(0, round % (payload.length + 1)) : mutate(random, payload);
  const type = random.pick([
    "text/plain;charset=UTF-8",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
  ]);
  const length = random.once(6) ? random.below(200) : body.length;
  const framing = random.once(5) ? "transfer-encoding: chunked" : `content-length: ${length}`;
  const head = `POST ${target}&sid=${sid} HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\n${framing}\r\n\r\n`;
  const polls = random.below(3);
  for (let i = 0; i < polls; i++) {
    httpRequest(url, `${target}&sid=${sid}`, { timeout: 1000 }).catch(() => {});
  }
  return overTcp("body", url, random, [Buffer.from(head), body]);
};

/** A WebSocket, on its own or for a session that polls, and frames valid or not, in pieces. */
const frames: Attack = async (url, random) => {
  const protocol = random.pick([3, 4]);
  const base = `${PATH}?EIO=${protocol}&transport=`;
  let target = `${base}websocket${random.once(4) ? "&b64=1" : ""}`;
  if (random.once(2)) {
    const sid = /"sid":"([^"]+)/.exec((await httpRequest(url, `${base}polling`)).text)?.[1];
    target += `&sid=${sid}`;
    if (random.once(2)) httpRequest(url, `${base}polling&sid=${sid}`, { timeout: 1000 }).catch(() => {});
  }
  let tcp: TcpWire;
  try {
    ({ tcp } = await openRawWebSocket(url, target));
  } catch (error) {
    // On a slow machine the session may be over before its upgrade comes.
    const { reply } = error as { reply?: string };
    if (reply === undefined) throw error;
    return { kind: "frames", sent: [Buffer.from(target)], replies: [Buffer.from(reply)] };
  }
  const all: Buffer[] = [];
  for (let count = 1 + random.below(12); count > 0; count--) {
    const isText = random.once(2);
    const data = isText ? random.pick(TEXTS) : random.bytes(random.below(300));
    const odd = random.once(4);
    all.push(
      frame(data, {
        fin: !(odd && random.once(2)),
        rsv: odd ? random.below(8) : 0,
        opcode: odd ? random.below(16) : isText ? 1 : 2,
        mask: !(odd && random.once(4)),
        ...(odd && random.once(4) && { length: random.below(2 ** 31) }),
      }),
    );
  }
  const whole = Buffer.concat(all);
  return send("frames", tcp, random, [random.once(3) ? mutate(random, whole) : whole]);
};

export const ATTACKS: readonly Attack[] = [request, queries, bodies, frames];

function query(random: Random): string {
  const pairs = [
    random.pick(["EIO=4", "EIO=3", "EIO=5", "EIO", "EIO=4&EIO=4", ""]),
    random.pick([
      "transport=polling",
      "transport=websocket",
      "transport=__proto__",
      "transport[]=polling",
      "",
    ]),
    random.pick(["", "", "sid=", "sid=__proto__", "sid=a&sid=b", `sid=${"x".repeat(random.below(5000))}`]),
    random.pick(["", "", "j=0", "j=x", "b64=1", "t=%", "constructor=1&__proto__=2", "=&&="]),
  ];
  return `${random.once(20) ? "/" : PATH}?${pairs.filter(Boolean).join("&")}`;
}

async function overTcp(kind: string, url: string, random: Random, parts: Buffer[]): Promise<Trace> {
  return send(kind, await openTcp(url), random, parts);
}

/** Writes the parts, cut anywhere, then leaves: by and by, at once or with a reset. */
async function send(kind: string, tcp: TcpWire, random: Random, parts: Buffer[]): Promise<Trace> {
  const whole = Buffer.concat(parts);
  const cut = random.once(2) ? random.below(whole.length + 1) : whole.length;
  const sent = [whole.subarray(0, cut), whole.subarray(cut)];
  const isOver = tcp.closed(60_000);
  const reply = new Promise((resolve) => tcp.socket.once("data", resolve));
  for (const part of sent) {
    if (tcp.socket.writable && part.length > 0)
      await new Promise((resolve) => tcp.socket.write(part, resolve));
  }
  if (!random.once(5)) await Promise.race([isOver, reply, sleep(PATIENCE)]);
  if (random.once(3)) await Promise.race([isOver, sleep(random.below(50))]);
  const replies = [Buffer.from(tcp.received())];
  if (random.once(3)) tcp.reset();
  else tcp.destroy();
  await isOver;
  return { kind, sent, replies };
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
