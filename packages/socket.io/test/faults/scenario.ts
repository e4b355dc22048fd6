import { createServer } from "node:http";
import { type ChunkFaults, listen, startFaultProxy, within } from "testkit";
import type { ClientImplementation, ServerImplementation } from "../interop/implementations.js";
import { Log } from "./log.js";
import { Sessions } from "./sessions.js";
import { type State, Watcher } from "./states.js";

/** What happens to the bytes of a state. */
export interface Fault {
  name: string;
  of(length: number): ChunkFaults;
}

/** Messages that must be acknowledged after the fault, each way. */
const ENOUGH = 6;

export interface Outcome {
  /** How often the fault was applied: once, or the state was never reached. */
  faults: number;
  /** Sessions and sockets that the server still has. */
  left: number[];
  /** What is not as it must be. */
  problems: string[];
}

/** Connects through a proxy, exchanges messages, applies a fault when a state is reached, and looks at what has become of them. */
export async function run(
  client: ClientImplementation,
  server: ServerImplementation,
  transports: string[] | undefined,
  state: State,
  fault: Fault,
): Promise<Outcome> {
  const http = createServer();
  const io = server.create(http, {
    pingInterval: 300,
    pingTimeout: 300,
    connectTimeout: 600,
    upgradeTimeout: 600,
  });
  const { url, close } = await listen(http);
  const watcher = new Watcher();
  let faults = 0;
  let before = { up: 0, down: 0 };
  const proxy = await startFaultProxy({
    target: url,
    inspect({ bytes, direction, connection }) {
      const seen = watcher.see(connection, direction, bytes);
      if (faults > 0 || !state.matches(seen)) return undefined;
      faults++;
      before = { up: up.acknowledged.length, down: down.acknowledged.length };
      return fault.of(bytes.length);
    },
  });

  const up = new Log();
  const down = new Log();
  const sessions = new Sessions();
  const { promise: enough, resolve: onEnough } = withResolvers();
  const goesOn = (): boolean => {
    const isEnough =
      faults > 0 &&
      up.acknowledged.length >= before.up + ENOUGH &&
      down.acknowledged.length >= before.down + ENOUGH;
    if (isEnough) onEnough();
    return !isEnough;
  };

  io.engine.on("connection", (conn: { id: string; on(event: "close", listener: () => void): void }) => {
    sessions.opened(`server ${conn.id}`);
    conn.on("close", () => sessions.closed(`server ${conn.id}`));
  });
  io.on("connection", (socket) => {
    up.receive(socket);
    down.pump(socket, goesOn);
  });

  const socket = client.connect(proxy.url, {
    forceNew: true,
    ...(transports && { transports }),
    reconnectionDelay: 5,
    reconnectionDelayMax: 10,
    timeout: 600,
  });
  let connections = 0;
  down.receive(socket);
  socket.on("connect", () => up.pump(socket, goesOn));
  socket.io.on("open", () => {
    const name = `client ${++connections}`;
    sessions.opened(name);
    socket.io.engine.on("close", () => sessions.closed(name));
  });

  const where = `after the fault at "${state.name}", ${fault.name}`;
  await within(enough, `messages ${where}`);
  socket.disconnect();
  await within(sessions.empty(), `the end of all sessions ${where}`);
  const left = [io.engine.clientsCount, io.of("/").sockets.size];
  await io.close();
  await proxy.close();
  await close();
  return {
    faults,
    left,
    problems: [...up.problems("to the server"), ...down.problems("to the client"), ...sessions.problems()],
  };
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
