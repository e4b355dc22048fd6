import { collect, waitFor } from "testkit";
import type { DefaultEventsMap } from "typed-emitter";
import type { RemoteSocket, Server } from "../../src/index.js";
import type { Scenario } from "../support/trace.js";
import { joined, plain } from "./joined.js";

type Described = Pick<RemoteSocket<DefaultEventsMap, unknown>, "id" | "handshake" | "rooms" | "data">;

/** A socket as `fetchSockets()` gives that of another server. */
async function remote(io: Server) {
  const { adapter } = io.sockets;
  const fetch = adapter.fetchSockets.bind(adapter);
  adapter.fetchSockets = (async (opts: never) =>
    ((await fetch(opts)) as Described[]).map(({ id, handshake, rooms, data }) => ({
      id,
      handshake,
      rooms: [...rooms],
      data,
    }))) as never;
  const [first] = (await io.fetchSockets()) as RemoteSocket<DefaultEventsMap, unknown>[];
  return first as NonNullable<typeof first>;
}

/** Every member of a remote socket, used once. */
export const remoteMembers: Record<string, Scenario> = {
  "RemoteSocket.id, handshake, rooms, data": async (context) => {
    const { socket } = await joined(context, "/", { auth: { a: 1 } });
    socket.data.b = 2;
    socket.join("room");
    const { id, handshake, rooms, data } = await remote(context.io);
    context.log(id === socket.id, handshake.auth, rooms instanceof Set, [...rooms].slice(1), data);
  },
  "RemoteSocket.emit()": async (context) => {
    const { client } = await joined(context);
    const got = collect(client, "x");
    const socket = await remote(context.io);
    context.log(socket.emit("x", 1), (await got.next()).args);
  },
  "RemoteSocket.timeout()": async (context) => {
    const { client } = await joined(context);
    client.on("ask", (callback) => callback("answer", "more"));
    const socket = await remote(context.io);
    const ask = (event: string, ms: number) =>
      new Promise((resolve) =>
        socket.timeout(ms).emit(event, ((...args: unknown[]) => resolve(plain(args))) as never),
      );
    context.log(await ask("ask", 1000), await ask("silence", 5));
    context.log(await socket.timeout(1000).emitWithAck("ask"));
  },
  "RemoteSocket.join() and leave()": async (context) => {
    const { socket } = await joined(context);
    const far = await remote(context.io);
    context.log(far.join("a"), far.join(["b", "c"]), far.leave("b"), [...socket.rooms].slice(1));
  },
  "RemoteSocket.disconnect()": async (context) => {
    const { client } = await joined(context);
    const gone = waitFor(client, "disconnect");
    const socket = await remote(context.io);
    context.log(socket.disconnect() === socket, (await gone)[0]);
    const { client: other } = await joined(context);
    const closed = waitFor(other, "disconnect");
    (await remote(context.io)).disconnect(true);
    context.log((await closed)[0]);
  },
};
