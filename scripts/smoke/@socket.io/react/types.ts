import { createHooks, SocketProvider, useConnectionStatus, useSocket } from "@socket.io/react";
import { createElement } from "react";

interface Down {
  news: (text: string) => void;
}
interface Up {
  hello: (name: string, ack: (greeting: string) => void) => void;
}

const { useEvent, useEmitWithAck } = createHooks<Down, Up>();

export function Greeting() {
  useEvent("news", (text) => text.toUpperCase());
  const { send, data } = useEmitWithAck("hello");
  send("world");
  // @ts-expect-error a name is a string
  send(1);
  useSocket<Down, Up>().emit("hello", "world", (greeting) => greeting.toUpperCase());
  return createElement("p", null, data?.toUpperCase(), useConnectionStatus());
}

createElement(SocketProvider, { url: "http://127.0.0.1:3000" }, createElement(Greeting));
