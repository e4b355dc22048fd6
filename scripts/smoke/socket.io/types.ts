import { createServer } from "node:http";
import call, { type DefaultEventsMap, type Namespace, Server, type Socket } from "socket.io";
import { type Socket as ClientSocket, io as connect } from "socket.io-client";

interface Up {
  hello: (name: string, ack: (greeting: string) => void) => void;
}
interface Down {
  news: (text: string) => void;
}
interface Data {
  user: string;
}
const server = new Server<Up, Down, DefaultEventsMap, Data>(createServer(), { cors: { origin: "*" } });
server.on("connection", (socket: Socket<Up, Down, DefaultEventsMap, Data>) => {
  socket.data.user = "ada";
  socket.on("hello", (name, ack) => ack(name.toUpperCase()));
  socket.to("room").emit("news", "hello");
  // @ts-expect-error news is a text
  socket.emit("news", 1);
});
const admin: Namespace<Up, Down, DefaultEventsMap, Data> = server.of("/admin");
admin.use((_socket, next) => next());
const plain: Server = call(createServer());
plain.emit("anything", { at: "all" });
const client: ClientSocket<Down, Up> = connect("http://127.0.0.1:3000");
client.on("news", (text) => text.toUpperCase());
