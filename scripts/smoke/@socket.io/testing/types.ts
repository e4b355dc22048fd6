import { createPair } from "@socket.io/testing";

interface Up {
  hello: (name: string, ack: (greeting: string) => void) => void;
}
interface Down {
  news: (text: string) => void;
}

const { io, connect, clock, close } = createPair<Up, Down>({ latency: 10, server: { pingInterval: 1000 } });
io.on("connection", (socket) => {
  socket.on("hello", (name, ack) => ack(name.toUpperCase()));
  socket.emit("news", "fresh");
  // @ts-expect-error a text is sent
  socket.emit("news", 1);
});
connect("/", { auth: { token: "secret" } }).on("news", (text) => text.toUpperCase());
export const time: Promise<void> = clock.advance(10).then(close);
