// Compiled by the type check, never run.
import type { Socket } from "socket.io-client";
import { createHooks, useEmitWithAck, useEvent, useSocket } from "../src/index.js";
import type { ClientToServer, ServerToClient } from "./events.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_equal: Equal<A, B>): void => {};

const hooks = createHooks<ServerToClient, ClientToServer>("/chat");

export function Component() {
  const socket = hooks.useSocket();
  same<typeof socket, Socket<ServerToClient, ClientToServer>>(true);
  hooks.useEvent("add", (n) => same<typeof n, number>(true));
  hooks.useEvent("disconnect", (reason) => same<typeof reason, Socket.DisconnectReason>(true));
  // @ts-expect-error the server sends no such event
  hooks.useEvent("search", () => {});
  // @ts-expect-error a number arrives
  hooks.useEvent("add", (n: string) => n);

  const request = hooks.useEmitWithAck("search", { timeout: 1000 });
  request.send("tea");
  same<typeof request.data, string | undefined>(true);
  // @ts-expect-error a text is searched
  request.send(1);
  // @ts-expect-error the server knows no such event
  hooks.useEmitWithAck("add");

  // Without types every event goes, with any arguments.
  useSocket().emit("anything", 1, {});
  useEvent("anything", (a, b) => [a.x, b]);
  useEmitWithAck("anything").send(1, 2);
}
