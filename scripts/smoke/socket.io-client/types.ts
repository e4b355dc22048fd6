import lookup, { io, Manager, type Socket } from "socket.io-client";

interface Down {
  news: (text: string) => void;
}
interface Up {
  hello: (name: string, ack: (greeting: string) => void) => void;
}
const socket: Socket<Down, Up> = io("http://127.0.0.1:3000", { auth: { token: "secret" } });
socket.on("news", (text) => text.toUpperCase());
socket.emit("hello", "world", (greeting) => greeting.toUpperCase());
// @ts-expect-error a name is a string
socket.emit("hello", 1, () => {});
lookup("http://127.0.0.1:3000").connect();
new Manager("http://127.0.0.1:3000").socket("/news").on("connect", () => {});
