import { Socket, type SocketOptions } from "engine.io-client";

const options: Partial<SocketOptions> = { transports: ["websocket"] };
const socket = new Socket("http://127.0.0.1:3000", options);
socket.on("close", (reason: string) => reason.length);
