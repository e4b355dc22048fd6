// Compiled by the type check, never run.
import defaultExport, {
  connect,
  type DisconnectDescription,
  type ExtendedError,
  io,
  Manager,
  type ManagerOptions,
  Socket,
  type SocketOptions,
} from "../src/index.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_equal: Equal<A, B>): void => {};

// Untyped: every event, any arguments.
const plain = io("http://localhost");
same<typeof plain, Socket>(true);
plain.on("anything", (a, b, c) => [a.x, b(), c]);
plain.emit("anything", 1, { a: 2 }, (answer: string) => answer).emit("more");
const untyped: Promise<string> = plain.emitWithAck("ask", 1);
void untyped;

for (const call of [defaultExport, connect, io.connect, io.io]) {
  const socket: Socket = call("http://localhost", { auth: { token: "abc" }, transports: ["websocket"] });
  void socket;
}
io({ query: { a: "1" } });
io();
// @ts-expect-error no such option
io({ reconnect: true });
// @ts-expect-error not a number
io({ reconnectionDelay: "soon" });

interface ServerEvents {
  noArg: () => void;
  hello: (name: string, age: number) => void;
  question: (text: string, cb: (answer: number) => void) => void;
}
interface ClientEvents {
  message: (text: string) => void;
  ask: (id: number, cb: (answer: string) => void) => void;
  askMany: (cb: (err: Error, answer: string) => void) => void;
}

const socket: Socket<ServerEvents, ClientEvents> = io();

socket.on("hello", (name, age) => {
  same<[typeof name, typeof age], [string, number]>(true);
});
socket.once("question", (text, cb) => cb(text.length));
socket.on("connect", () => {});
socket.on("connect_error", (error) => {
  same<typeof error, ExtendedError>(true);
});
socket.on("disconnect", (reason, description) => {
  same<typeof reason, Socket.DisconnectReason>(true);
  same<typeof description, DisconnectDescription | undefined>(true);
});
// @ts-expect-error an event of the client
socket.on("ask", () => {});
// @ts-expect-error wrong argument
socket.on("hello", (name: number) => name);

socket.emit("message", "x").emit("ask", 1, (answer) => {
  same<typeof answer, string>(true);
});
// @ts-expect-error an event of the server
socket.emit("hello", "x", 1);
// @ts-expect-error argument missing
socket.emit("message");
// @ts-expect-error reserved
socket.emit("connect");

socket.timeout(1000).emit("ask", 1, (error, answer) => {
  same<[typeof error, typeof answer], [Error, string]>(true);
});
socket.volatile.compress(true).emit("message", "x");
const answer = socket.emitWithAck("ask", 1);
same<typeof answer, Promise<string>>(true);
const late = socket.timeout(1000).emitWithAck("ask", 1);
same<typeof late, Promise<string>>(true);
const many = socket.emitWithAck("askMany");
same<typeof many, Promise<string>>(true);

const { id } = socket;
same<typeof id, string | undefined>(true);
const chained: Socket<ServerEvents, ClientEvents> = socket.on("noArg", () => {}).off("noArg");
void chained;
socket.auth = { token: 1 };
socket.auth = (cb) => cb({ token: 1 });
interface Credentials {
  token: string;
}
const credentials: Credentials = { token: "abc" };
io({ auth: credentials });
socket.onAny((event, ...args) => [event, ...args]);

// A manager and its sockets.
const manager: Manager = new Manager("http://localhost", { reconnection: false });
const same1: Manager = socket.io;
const same2: Manager = manager.socket("/x").io;
same<ReturnType<typeof manager.socket>, Socket>(true);
const typed: Socket<ServerEvents, ClientEvents> = manager.socket("/typed", { auth: { a: 1 } });
const generic: Manager = new Manager<ServerEvents, ClientEvents>();
void [same1, same2, typed, generic];
const delay: number = manager.reconnectionDelay();
const set: Manager = manager.reconnectionDelay(delay).timeout(false).reconnection(true);
void set;
manager.on("reconnect_attempt", (attempt) => attempt.toFixed());
manager.on("error", (error) => error.message);
manager.on("close", (reason, description) => [reason, description]);
manager.open((error) => error?.message);
manager.engine.on("upgrade", (transport) => transport.name);
// @ts-expect-error no such event
manager.on("connect", () => {});
if (new Date() instanceof Manager) throw new Error("never");

class Extended extends Manager {}
const extended: Manager = new Extended("http://localhost");
void extended;
class ExtendedSocket extends Socket<ServerEvents, ClientEvents> {
  hello(): void {
    this.emit("message", "x");
  }
}
void ExtendedSocket;

const options: Partial<ManagerOptions & SocketOptions> = {
  forceNew: true,
  retries: 3,
  ackTimeout: 1000,
  path: "/x",
};
io("http://localhost", options);
