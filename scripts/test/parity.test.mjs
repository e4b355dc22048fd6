import { EventEmitter } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

// docs/compatibility.md has a row for each member of the published API, with the test that is about it.

const DOCUMENT = "docs/compatibility.md";
const rows = readRows();

function readRows() {
  const text = readFileSync(DOCUMENT, "utf8");
  const start = text.indexOf("## The published API, member by member");
  const end = text.indexOf("\n## ", start + 1);
  const found = [];
  let section = "";
  for (const line of text.slice(start, end < 0 ? undefined : end).split("\n")) {
    if (line.startsWith("### ")) section = line.slice(4);
    const match = /^\| `(.+?)` \| \[(.+)\]\((.+?)\) \| (.*)\|$/.exec(line);
    if (match) {
      const [, member, title, link, difference] = match;
      found.push({
        section,
        member,
        title: title.replaceAll("\\|", "|"),
        link,
        difference: difference.trim(),
      });
    } else if (line.startsWith("| `")) {
      throw new Error(`not a row of the table: ${line}`);
    }
  }
  return found;
}

/** What a test that is about a member must have in it. */
function mention(member) {
  const quoted = /^"(.+)"$/.exec(member);
  if (quoted) return new RegExp(escaped(quoted[1]));
  if (member.startsWith("new ")) return /new \w*\(|create\(/;
  const name = member
    .replace(/^(?:require\(.*\)\.|.*: )/, "")
    .replace(/\(.*\)$/, "")
    .replace(/^.*?(\w+)$/, "$1");
  return member.endsWith("()") ? new RegExp(`\\b${escaped(name)}\\b`) : new RegExp(escaped(name));
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

test("every row links a test that exists and mentions the member", () => {
  const wrong = rows.flatMap(({ section, member, title, link }) => {
    const file = join(dirname(DOCUMENT), link);
    if (!existsSync(file)) return [`${section}: ${member}: there is no ${file}`];
    const text = readFileSync(file, "utf8");
    if (!text.includes(title)) return [`${section}: ${member}: no test “${title}” in ${file}`];
    return mention(member).test(text) ? [] : [`${section}: ${member} is not in ${file}`];
  });
  expect(wrong).toEqual([]);
});

test("no member has two rows in a section", () => {
  const keys = rows.map(({ section, member }) => `${section}: ${member}`);
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
});

const requireFrom = (name) => createRequire(new URL(`../../packages/${name}/package.json`, import.meta.url));
const server = requireFrom("socket.io-server")("published-socket.io");
const { RemoteSocket } = requireFrom("socket.io-server")(
  join(dirname(requireFrom("socket.io-server").resolve("published-socket.io")), "broadcast-operator.js"),
);
const client = requireFrom("socket.io-client")("published-socket.io-client");
const engine = requireFrom("engine.io")("published-engine.io");
const adapter = requireFrom("socket.io-adapter")("published-socket.io-adapter");
const parser = requireFrom("socket.io-parser")("published-socket.io-parser");

/** Private in the published types, or of the emitter below. */
const INTERNAL = {
  Server: ["extractFilename", "initEngine", "attachServe", "serve", "onconnection"],
  Namespace: ["initAdapter", "run"],
  Socket: [
    ..."buildHandshake registerAckCallback packet leaveAll onevent onack ondisconnect dispatch run".split(
      " ",
    ),
    ..."notifyIncomingListeners notifyOutgoingListeners newBroadcastOperator ack".split(" "),
  ],
  RemoteSocket: [],
  BroadcastOperator: [],
  Adapter: ["apply", "computeExceptSids"],
  Manager: [
    ..."maybeReconnectOnOpen onopen onping ondata ondecoded onerror onclose reconnect onreconnect cleanup".split(
      " ",
    ),
    ..."socket".split(" "),
  ],
  ClientSocket: [
    ..."subEvents onopen packet onerror onclose onpacket onconnect onevent ack onack emitBuffered ondisconnect destroy".split(
      " ",
    ),
    ..."emitEvent notifyOutgoingListeners".split(" "),
  ],
  Engine: [
    "init",
    "createTransport",
    "cleanup",
    "onWebSocket",
    "computePath",
    "upgrades",
    "verify",
    "handshake",
    "prepare",
  ],
};

/** The public methods and getters of a class. */
function membersOf(Class, name) {
  const members = new Set();
  for (let proto = Class.prototype; proto && !isEmitter(proto); proto = Object.getPrototypeOf(proto)) {
    for (const member of Object.getOwnPropertyNames(proto)) members.add(member);
  }
  // Those of the emitter are the emitter's, except `emit`, which sends.
  const inherited = new Set(
    Object.getOwnPropertyNames(EventEmitter.prototype).filter((one) => one !== "emit"),
  );
  return [...members].filter(
    (member) => !inherited.has(member) && !member.startsWith("_") && !INTERNAL[name].includes(member),
  );
}

const isEmitter = (proto) =>
  proto === Object.prototype ||
  ["EventEmitter", "StrictEventEmitter", "Emitter"].includes(proto.constructor.name);

const everywhere = (sections) =>
  new Set(
    rows
      .filter(({ section }) => sections.includes(section))
      .map(({ member }) => member.replace(/^.*[.:] ?/, "").replace(/\(.*\)$/, "")),
  );

test.each([
  ["Server", server.Server, ["Server: construction", "Server and Namespace"]],
  ["Namespace", server.Namespace, ["Server and Namespace"]],
  ["Socket", server.Socket, ["Socket (server)"]],
  ["RemoteSocket", RemoteSocket, ["RemoteSocket"]],
  ["Adapter", adapter.Adapter, ["Adapter contract"]],
  ["Engine", engine.Server, ["`io.engine` and engine.io"]],
  ["Manager", client.Manager, ["Client: options", "Client: Manager and Socket"]],
  ["ClientSocket", client.Socket, ["Client: Manager and Socket"]],
])("every public member of the published %s has a row", (name, Class, sections) => {
  const known = everywhere(sections);
  const members = membersOf(Class, name);
  expect(members.length).toBeGreaterThan(3);
  expect(members.filter((member) => !known.has(member))).toEqual([]);
});

test.each([
  ["socket.io-client", client, ["Client"], ["lookup", "Manager", "protocol"]],
  ["socket.io-parser", parser, ["Parser"], []],
  // There is no engine for uWebSockets.js.
  ["engine.io", engine, ["`io.engine` and engine.io"], ["uServer"]],
])("every export of the published %s has a row", (_name, exported, sections, aliases) => {
  const known = everywhere(sections);
  const names = Object.keys(exported).filter((name) => !name.startsWith("_") && !aliases.includes(name));
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});
