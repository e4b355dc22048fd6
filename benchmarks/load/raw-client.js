import { connect } from "node:net";
import { clientFrame, FrameCounter } from "./frame-counter.js";

const OPENING = (path) =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

const JOIN = clientFrame("40");

/** One WebSocket client on a bare TCP socket, ready once the server has let it in. */
export class RawClient {
  counter = new FrameCounter();
  socket;

  static open({ port, wire, onFrames, path = "/socket.io/?EIO=4&transport=websocket" }) {
    const client = new RawClient();
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      client.socket = socket;
      socket.once("error", reject);
      socket.write(OPENING(path));

      let head = "";
      const ready = () => {
        client.counter.onText = undefined;
        client.counter.frames = 0;
        socket.off("error", reject);
        socket.on("error", () => {});
        resolve(client);
      };
      const onFrame = (text) => {
        if (text.startsWith("0{")) socket.write(JOIN);
        else if (text.startsWith("40{")) ready();
      };
      const onData = (chunk) => {
        const before = client.counter.frames;
        client.counter.add(chunk);
        const seen = client.counter.frames - before;
        if (seen > 0) onFrames?.(client, seen);
      };
      const onHead = (chunk) => {
        head += chunk.toString("latin1");
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        if (!head.startsWith("HTTP/1.1 101")) return reject(new Error(head.slice(0, end)));
        socket.off("data", onHead);
        socket.on("data", onData);
        if (wire === "ws") return ready();
        client.counter.onText = onFrame;
        const rest = Buffer.from(head.slice(end + 4), "latin1");
        if (rest.length > 0) onData(rest);
      };
      socket.on("data", onHead);
    });
  }

  write(bytes) {
    this.socket.write(bytes);
  }

  close() {
    return new Promise((resolve) => {
      this.socket.once("close", resolve);
      this.socket.destroy();
    });
  }
}
