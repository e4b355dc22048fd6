// Compiled only: each line below `@ts-expect-error` must be an error.
import { createServer } from "node:http";
import { Adapter } from "socket.io-adapter";
import {
  type BroadcastOperator,
  type DefaultEventsMap,
  type DisconnectReason,
  type Event,
  type ExtendedError,
  type Handshake,
  type Namespace,
  type RemoteSocket,
  Server,
  type ServerOptions,
  type Socket,
  type StandardSchema,
} from "../src/index.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function expectType<T>() {
  return <U>(_value: U, ..._same: Equal<T, U> extends true ? [] : ["types differ"]): void => {};
}

interface ClientToServer {
  message: (text: string) => void;
  ask: (question: string, callback: (answer: number) => void) => void;
}

interface ServerToClient {
  message: (text: string) => void;
  news: (title: string, pages: number) => void;
  ask: (question: string, callback: (answer: number) => void) => void;
  askErr: (question: string, callback: (err: Error, answer: number) => void) => void;
}

interface BetweenServers {
  ping: () => void;
  count: (callback: (err: Error, count: number) => void) => void;
}

interface Data {
  name: string;
}

export async function typed(): Promise<void> {
  const io = new Server<ClientToServer, ServerToClient, BetweenServers, Data>(createServer(), { path: "/x" });
  type TypedSocket = Socket<ClientToServer, ServerToClient, BetweenServers, Data>;

  io.on("connection", async (socket) => {
    expectType<TypedSocket>()(socket);
    expectType<Namespace<ClientToServer, ServerToClient, BetweenServers, Data>>()(socket.nsp);
    expectType<string>()(socket.data.name);
    expectType<Handshake>()(socket.handshake);
    expectType<boolean>()(socket.recovered);
    socket.on("message", (text) => expectType<string>()(text));
    socket.on("ask", (question, callback) => {
      expectType<string>()(question);
      callback(1);
      // @ts-expect-error: the answer is a number
      callback("1");
    });
    socket.on("disconnect", (reason, description) => {
      expectType<DisconnectReason>()(reason);
      void description;
    });
    socket.on("error", (error) => expectType<Error>()(error));
    // @ts-expect-error: no such event
    socket.on("nothing", () => {});
    socket.emit("news", "title", 3);
    // @ts-expect-error: pages is missing
    socket.emit("news", "title");
    // @ts-expect-error: no such event
    socket.emit("nothing");
    // @ts-expect-error: pages is a number
    socket.to("room").emit("news", "title", "3");
    socket.send("text");
    // @ts-expect-error: text is a string
    socket.send(1);

    socket.emit("ask", "?", (answer) => expectType<number>()(answer));
    socket.timeout(1).emit("ask", "?", (err, answer) => {
      expectType<Error>()(err);
      expectType<number>()(answer);
    });
    expectType<number>()(await socket.emitWithAck("ask", "?"));
    expectType<number>()(await socket.timeout(1).emitWithAck("ask", "?"));
    expectType<number>()(await socket.emitWithAck("askErr", "?"));
    expectType<number[]>()(await socket.broadcast.timeout(1).emitWithAck("ask", "?"));
    expectType<number[]>()(await socket.to("room").timeout(1).emitWithAck("ask", "?"));
    // @ts-expect-error: question is missing
    socket.emitWithAck("ask");
    // @ts-expect-error: the callback is given a number
    socket.emit("ask", "?", (answer: string) => answer);
    // @ts-expect-error: text is a string
    socket.on("message", (text: number) => text);
    // @ts-expect-error: takes no acknowledgement
    await socket.emitWithAck("news", "title");

    expectType<void | Promise<void>>()(socket.join(["a", "b"]));
    socket.use(([event, ...args], next) => {
      expectType<string>()(event);
      void args;
      next(new Error("no"));
    });
    const event: Event = ["name", 1];
    socket.onAny((name: string, ...args: unknown[]) => void [name, args, event]);
    socket.conn.on("upgrade", (transport) => expectType<string>()(transport.name as string));
    expectType<string | undefined>()(socket.request.url);
  });

  io.use((socket, next) => {
    expectType<TypedSocket>()(socket);
    const error: ExtendedError = new Error("no");
    error.data = 1;
    next(error);
  });
  io.on("new_namespace", (nsp) => expectType<string>()(nsp.name));

  io.emit("news", "title", 3);
  // @ts-expect-error: without timeout there is no acknowledgement from many
  io.emit("ask", "?", () => {});
  io.timeout(1).emit("ask", "?", (err, answers) => {
    expectType<Error>()(err);
    expectType<number[]>()(answers);
  });
  expectType<number[]>()(await io.timeout(1).emitWithAck("ask", "?"));
  expectType<number[]>()(await io.to("room").timeout(1).emitWithAck("ask", "?"));
  const remote = await io.in("room").fetchSockets();
  expectType<string | undefined>()(remote[0]?.data.name);
  (await io.fetchSockets())[0]?.emit("news", "title", 3);
  // @ts-expect-error: no such event
  remote[0]?.emit("nothing");

  io.serverSideEmit("ping");
  io.serverSideEmit("count", (err, counts) => {
    expectType<Error>()(err);
    expectType<number[]>()(counts);
  });
  expectType<number[]>()(await io.serverSideEmitWithAck("count"));
  // @ts-expect-error: no such event
  io.serverSideEmit("nothing");
  io.on("ping", () => {});

  // @ts-expect-error: takes no arguments
  io.serverSideEmit("ping", 1);
  // @ts-expect-error: nobody answers it
  io.serverSideEmitWithAck("ping");
  io.on("count", (callback) => callback(new Error("none"), 1));

  const [far] = await io.of("/x").fetchSockets();
  if (far) {
    expectType<Data>()(far.data);
    expectType<Set<string>>()(far.rooms);
    expectType<Handshake>()(far.handshake);
    // @ts-expect-error: pages is a number
    far.emit("news", "title", "3");
    far.timeout(1).emit("ask", "?", (err, answer) => {
      expectType<Error>()(err);
      expectType<number>()(answer);
    });
    far.join(["a"]);
    // @ts-expect-error: a room is a string
    far.leave(1);
  }
  for (const operator of [io.to("a"), io.in("a"), io.except("a"), io.local, io.volatile, io.compress(true)]) {
    operator.emit("news", "title", 3);
    // @ts-expect-error: no such event
    operator.emit("nothing");
  }
  io.of("/x").emit("news", "title", 3);
  // @ts-expect-error: pages is a number
  io.of("/x").emit("news", "title", "3");
  expectType<number[]>()(await io.of("/x").timeout(1).emitWithAck("ask", "?"));

  expectType<Namespace<ClientToServer, ServerToClient, BetweenServers, Data>>()(io.of("/x"));
  io.of(/x/).on("connect", (socket) => expectType<TypedSocket>()(socket));
  io.of("/x").use((socket, next) => {
    expectType<string>()(socket.data.name);
    next();
  });
}

export async function untyped(): Promise<void> {
  const options: Partial<ServerOptions> = { cors: { origin: "*" }, connectionStateRecovery: {} };
  const io = new Server(3000, options);
  new Server(options);
  new Server();
  // @ts-expect-error: an instance is no adapter
  new Server({ adapter: "memory" });
  new Server({ adapter: (nsp: { name: string }) => new Adapter(nsp as never) });
  new Server({
    onError: (error, { code, socket }) => {
      expectType<unknown>()(error);
      expectType<string | undefined>()(socket?.id);
      // @ts-expect-error: not one of the codes
      void (code === "ERR_NOTHING");
    },
  });
  // @ts-expect-error: not an option's type
  new Server({ pingInterval: "often" });
  io.on("connection", (socket) => {
    expectType<Socket>()(socket);
    socket.data.anything = 1;
    socket.on("any event", (first, ...rest) => void [first, rest]);
    socket.emit("any event", 1, "2", () => {});
    takesSocket(socket);
    takesNamespace(socket.nsp);
    takesServer(socket.nsp.server);
  });
  const operator: BroadcastOperator<DefaultEventsMap, unknown> = io.to("a");
  const sockets: RemoteSocket<DefaultEventsMap, unknown>[] = await operator.fetchSockets();
  void sockets;
  const adapter: Adapter = io.of("/").adapter;
  adapter.on("join-room", (room, id) => {
    expectType<string>()(room);
    expectType<string>()(id);
  });
  const all = (await io.timeout(1).emitWithAck("?")) as unknown;
  expectType<Promise<void>>()(io.close());
  io.close((error) => void error);
  void all;
  class Mine extends Server {
    mine = 1;
  }
  takesServer(new Mine());
}

function takesSocket(_socket: Socket): void {}
function takesNamespace(_nsp: Namespace): void {}
function takesServer(_server: Server): void {}

// Contracts: types come from the schemas.
declare const text: StandardSchema<string>;
declare const count: StandardSchema<string, number>;
const ordered = new Server<ClientToServer, ServerToClient, BetweenServers, Data>().of("/orders").contract({
  events: { create: { args: [text, count], ack: count }, cancel: { args: [text] }, ping: {} },
  emits: { ask: { args: [count], ack: count } },
});
ordered.on("connection", (socket) => {
  socket.on("create", (item, amount, callback) => {
    expectType<string>()(item);
    expectType<number>()(amount);
    callback("1");
    // @ts-expect-error: the schema takes a string
    callback(1);
  });
  socket.on("cancel", (...args) => expectType<[string]>()(args));
  socket.on("ping", (...args) => expectType<[]>()(args));
  // @ts-expect-error: not in the contract
  socket.on("message", () => {});
  socket.emitWithAck("ask", "1").then((answer) => expectType<number>()(answer));
  // @ts-expect-error: the schema takes a string
  socket.emit("ask", 1, () => {});
  expectType<Data>()(socket.data);
});
new Server<ClientToServer>()
  .of("/")
  .contract({ auth: text })
  .on("connection", (socket) => {
    socket.on("message", (message) => expectType<string>()(message));
  });
// @ts-expect-error: not a schema
new Server().of("/").contract({ events: { create: { args: [1] } } });
