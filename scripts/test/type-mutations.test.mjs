import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";
import { beforeAll, expect, test } from "vitest";

// The type tests are worth what they notice: each of these types, loosened, must be an error in one of them.

const SERVER = "packages/socket.io-server/src/";
const CLIENT = "packages/socket.io-client/src/";
const TYPES = "packages/typed-emitter/src/";
const SUITES = [
  "packages/socket.io-server/test/types.test-d.ts",
  "packages/socket.io-client/test/types.test-d.ts",
];

/** Where, what is there, and what it becomes. */
const MUTATIONS = {
  "the arguments of socket.emit": [
    `${SERVER}socket/socket-emitter.ts`,
    "override emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>)",
    "override emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: any[])",
  ],
  "the events of socket.emit": [
    `${SERVER}socket/socket-emitter.ts`,
    "override emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>)",
    "override emit(ev: any, ...args: any[])",
  ],
  "what socket.emitWithAck resolves with": [
    `${SERVER}socket/socket-emitter.ts`,
    "): Promise<FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>> {",
    "): Promise<any> {",
  ],
  "the events of socket.emitWithAck": [
    `${SERVER}socket/socket-emitter.ts`,
    "emitWithAck<Ev extends EventNamesWithAck<EmitEvents>>",
    "emitWithAck<Ev extends EventNames<EmitEvents>>",
  ],
  "the arguments of socket.emitWithAck": [
    `${SERVER}socket/socket-emitter.ts`,
    "...args: AllButLast<EventParams<EmitEvents, Ev>>",
    "...args: any[]",
  ],
  "the arguments of socket.send": [
    `${SERVER}socket/socket-emitter.ts`,
    'send(...args: EventParams<EmitEvents, "message">)',
    "send(...args: any[])",
  ],
  "what socket.to and its like return": [
    `${SERVER}socket/socket-emitter.ts`,
    "to(room: Room | Room[]): SocketOperator<EmitEvents, SocketData>",
    "to(room: Room | Room[]): any",
  ],
  "what socket.broadcast is": [
    `${SERVER}socket/socket-emitter.ts`,
    "get broadcast(): SocketOperator<EmitEvents, SocketData>",
    "get broadcast(): any",
  ],
  "the error first after socket.timeout": [
    `${SERVER}socket/socket.ts`,
    "DecorateAcknowledgements<EmitEvents>,\n    ServerSideEvents",
    "EmitEvents,\n    ServerSideEvents",
  ],
  "the data of a socket": [`${SERVER}socket/socket-base.ts`, "get data(): SocketData", "get data(): any"],
  "the handshake": [`${SERVER}socket/socket-base.ts`, "get handshake(): Handshake", "get handshake(): any"],
  "the reason of a disconnection": [
    `${SERVER}socket/socket-base.ts`,
    "disconnect: (reason: DisconnectReason,",
    "disconnect: (reason: string,",
  ],
  "the error of an error event": [
    `${SERVER}socket/socket-base.ts`,
    "error: (err: Error)",
    "error: (err: any)",
  ],
  "the namespace of a socket": [
    `${SERVER}api.ts`,
    "    Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>,\n    Client<",
    "    any,\n    Client<",
  ],
  "the sockets of a server": [
    `${SERVER}api.ts`,
    "    Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>,\n    Namespace<",
    "    any,\n    Namespace<",
  ],
  "the namespaces of a server": [
    `${SERVER}api.ts`,
    "    Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>\n  > {}",
    "    any\n  > {}",
  ],
  "the arguments of a broadcast": [
    `${SERVER}broadcast/broadcast-operator.ts`,
    "Set(this.#rooms)",
    "Set(this.#rooms)",
    (text) =>
      text.replace(
        "emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): boolean {\n    assertEmittable",
        "emit(ev: any, ...args: any[]): boolean {\n    assertEmittable",
      ),
  ],
  "what emitWithAck of many resolves with": [
    `${SERVER}broadcast/broadcast-operator.ts`,
    "): Promise<FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>> {",
    "): Promise<any> {",
  ],
  "the error first after timeout() of many": [
    `${SERVER}server/server-delegate.ts`,
    "    DecorateAcknowledgements<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>>,",
    "    DecorateAcknowledgementsWithMultipleResponses<EmitEvents>,",
  ],
  "several answers of many": [
    `${SERVER}server/server-delegate.ts`,
    "    DecorateAcknowledgements<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>>,",
    "    DecorateAcknowledgements<EmitEvents>,",
  ],
  "the events of io.emit": [
    `${SERVER}server/server-delegate.ts`,
    "override emit<Ev extends EventNamesWithoutAck<EmitEvents>>",
    "override emit<Ev extends EventNames<EmitEvents>>",
  ],
  "the arguments of serverSideEmit": [
    `${SERVER}server/server-delegate.ts`,
    "...args: EventParams<DecorateAcknowledgementsWithTimeoutAndMultipleResponses<ServerSideEvents>, Ev>",
    "...args: any[]",
  ],
  "the events of serverSideEmit": [
    `${SERVER}server/server-delegate.ts`,
    "serverSideEmit<Ev extends EventNames<ServerSideEvents>>",
    "serverSideEmit<Ev extends any>",
  ],
  "what serverSideEmitWithAck resolves with": [
    `${SERVER}server/server-delegate.ts`,
    "): Promise<FirstNonErrorArg<Last<EventParams<ServerSideEvents, Ev>>>[]> {",
    "): Promise<any> {",
  ],
  "what a middleware is given": [
    `${SERVER}server/server-delegate.ts`,
    "use(fn: (socket: Socket,",
    "use(fn: (socket: any,",
  ],
  "the events of a remote socket": [
    `${SERVER}namespace/namespace-emitter.ts`,
    "fetchSockets(): Promise<RemoteSocket<EmitEvents, SocketData>[]>",
    "fetchSockets(): Promise<RemoteSocket<any, SocketData>[]>",
  ],
  "the data of a remote socket": [
    `${SERVER}broadcast/broadcast-operator.ts`,
    "readonly data: SocketData;\n  readonly #operator",
    "readonly data: any;\n  readonly #operator",
  ],
  "the rooms of a remote socket": [
    `${SERVER}broadcast/broadcast-operator.ts`,
    "leave(room: Room): void",
    "leave(room: any): void",
  ],
  "the adapter option": [
    `${SERVER}server/server-options.ts`,
    "  adapter: AdapterConstructor;",
    "  adapter: any;",
  ],
  "the onError option": [`${SERVER}server/server-options.ts`, "onError: ErrorHandler;", "onError: any;"],
  "the codes of errors": [
    `${SERVER}listeners/error-hook.ts`,
    "readonly code: (typeof CODES)[ErrorKind];",
    "readonly code: string;",
  ],
  "what a contract lets in": [
    `${SERVER}guards/schema-contract.ts`,
    '{ [Name in keyof C["events"]]: Incoming<C["events"][Name]> }',
    "any",
  ],
  "what a contract has for clients": [
    `${SERVER}guards/schema-contract.ts`,
    '{ [Name in keyof C["emits"]]: Outgoing<C["emits"][Name]> }',
    "any",
  ],
  "the listeners of events": [
    `${TYPES}types.ts`,
    "Ev extends EventNames<Reserved> ? Reserved[Ev] : Ev extends EventNames<User> ? User[Ev] : never",
    "Ev extends EventNames<Reserved> ? Reserved[Ev] : any",
  ],
  "the value without the error": [`${TYPES}ack-types.ts`, "T[0] extends Error ? T[1] : T[0]", "T[0]"],
  "the client's arguments": [
    `${CLIENT}socket.ts`,
    "override emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): this",
    "override emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: any[]): this",
  ],
  "what the client's emitWithAck resolves with": [
    `${CLIENT}socket.ts`,
    "): Promise<FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>> {",
    "): Promise<any> {",
  ],
  "the error first after the client's timeout": [
    `${CLIENT}socket.ts`,
    "timeout(timeout: number): Socket<ListenEvents, DecorateAcknowledgements<EmitEvents>>",
    "timeout(timeout: number): Socket<ListenEvents, EmitEvents>",
  ],
};

const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: SUITES }, ts.sys, ".");
const plain = ts.createCompilerHost(options);
const sources = new Map();
let unchanged;

/** The program in which one file has another text; what has not changed is not read and parsed again. */
function programWith(file, text) {
  const host = {
    ...plain,
    getSourceFile(name, ...rest) {
      if (resolve(name) === file) return ts.createSourceFile(name, text, options.target, true);
      if (!sources.has(name)) sources.set(name, plain.getSourceFile(name, ...rest));
      return sources.get(name);
    },
  };
  return ts.createProgram(SUITES, options, host, unchanged);
}

function problemsOf(program, suite) {
  return program
    .getSemanticDiagnostics(program.getSourceFile(suite))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}

beforeAll(() => {
  unchanged = programWith();
}, 120_000);

test("the type tests pass", { timeout: 120_000 }, () => {
  expect(SUITES.flatMap((suite) => problemsOf(unchanged, suite))).toEqual([]);
});

test.each(Object.entries(MUTATIONS))("%s: loosened, is noticed", { timeout: 120_000 }, (_what, mutation) => {
  const [file, from, to, change = (text) => text.replace(from, to)] = mutation;
  const text = readFileSync(file, "utf8");
  expect(text.includes(from), `${file} has no “${from}”`).toBe(true);
  const mutated = change(text);
  expect(mutated).not.toBe(text);
  const program = programWith(resolve(file), mutated);
  const suites = file.startsWith(CLIENT)
    ? SUITES.slice(1)
    : file.startsWith(TYPES)
      ? SUITES
      : SUITES.slice(0, 1);
  expect(suites.flatMap((suite) => problemsOf(program, suite))).not.toEqual([]);
});
