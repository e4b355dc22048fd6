// Clients that cost next to nothing, so that thousands fit into one process: a TCP connection and as little protocol as will do.
const { connect } = require("node:net");

const EVENT = Buffer.from('42["n","');

/** What both kinds share: `joined` settles once the client is in the main namespace, `onClose` tells of an end that nobody asked for. */
class RawClient {
  /** The next number that is awaited; events that come out of turn are counted in `wrong`. */
  next = 0;
  wrong = 0;
  leaving = false;
  rest = Buffer.alloc(0);

  constructor(port, onClose) {
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.joined = new Promise((resolve, reject) => {
      this.join = resolve;
      this.socket.on("error", (error) => !this.leaving && reject(error));
      this.socket.on("close", () => {
        reject(new Error("closed before it had joined"));
        if (!this.leaving) onClose(this);
      });
    });
    this.joined.catch(() => {});
    this.closed = new Promise((resolve) => this.socket.once("close", resolve));
    this.socket.on("connect", () => this.start());
    this.socket.on("data", (chunk) =>
      this.receive(this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk),
    );
  }

  leave(how) {
    this.leaving = true;
    if (how === "reset") this.socket.resetAndDestroy();
    else if (how === "end") this.socket.destroy();
    else this.goodbye();
    return this.closed;
  }

  event(bytes, start) {
    let number = 0;
    for (let i = start + EVENT.length; i < start + EVENT.length + 8; i++)
      number = number * 10 + bytes[i] - 48;
    if (number === this.next) this.next++;
    else this.wrong++;
  }
}

class WebSocketClient extends RawClient {
  upgraded = false;

  start() {
    this.socket.write(
      "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
  }

  send(text) {
    // Masked with zeros: the bytes stay what they are.
    const header = Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]);
    this.socket.write(Buffer.concat([header, Buffer.from(text)]));
  }

  goodbye() {
    this.socket.end(Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]));
  }

  receive(bytes) {
    let at = 0;
    if (!this.upgraded) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) return this.keep(bytes, 0);
      if (!bytes.subarray(0, 12).equals(Buffer.from("HTTP/1.1 101"))) return this.socket.destroy();
      this.upgraded = true;
      at = end + 4;
    }
    for (;;) {
      if (bytes.length - at < 2) return this.keep(bytes, at);
      const short = bytes[at + 1];
      const header = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (bytes.length - at < header) return this.keep(bytes, at);
      const size =
        short < 126
          ? short
          : short === 126
            ? bytes.readUInt16BE(at + 2)
            : Number(bytes.readBigUInt64BE(at + 2));
      if (bytes.length - at < header + size) return this.keep(bytes, at);
      if ((bytes[at] & 15) === 1) this.packet(bytes, at + header);
      at += header + size;
    }
  }

  keep(bytes, at) {
    this.rest = bytes.subarray(at);
  }

  packet(bytes, at) {
    const [type, kind] = [bytes[at], bytes[at + 1]];
    if (type === 0x30) this.send("40");
    else if (type === 0x32) this.send("3");
    else if (kind === 0x30) this.join();
    else if (kind === 0x32) this.event(bytes, at);
  }
}

/** One connection, one request at a time: a poll waits, and what it brings is answered before the next. */
class PollingClient extends RawClient {
  target = "/socket.io/?EIO=4&transport=polling";

  start() {
    this.request("GET");
  }

  request(method, body = "") {
    this.socket.write(
      `${method} ${this.target} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  }

  goodbye() {
    this.socket.destroy();
  }

  receive(bytes) {
    this.rest = bytes;
    const text = bytes.toString("latin1");
    const end = text.indexOf("\r\n\r\n");
    const size = /content-length: (\d+)/i.exec(text)?.[1];
    if (end < 0 || text.length < end + 4 + Number(size)) return;
    if (!text.startsWith("HTTP/1.1 200")) return this.socket.destroy();
    this.rest = Buffer.alloc(0);
    const body = text.slice(end + 4);
    if (body.startsWith("0{")) {
      this.target += `&sid=${JSON.parse(body.slice(1)).sid}`;
      this.request("POST", "40");
    } else if (body.startsWith("2")) {
      this.request("POST", "3");
    } else {
      if (body.startsWith("40")) this.join();
      this.request("GET");
    }
  }
}

module.exports = { WebSocketClient, PollingClient };
