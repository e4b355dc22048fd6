import { connect } from "node:net";

/** A keep-alive HTTP/1.1 connection: one request at a time, answers with a Content-Length. */
class KeepAlive {
  #socket;
  #buffer = Buffer.alloc(0);
  #resolve;

  constructor(port) {
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.on("error", () => {});
    this.#socket.on("data", (chunk) => {
      this.#buffer = this.#buffer.length ? Buffer.concat([this.#buffer, chunk]) : chunk;
      const end = this.#buffer.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = this.#buffer.toString("latin1", 0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (this.#buffer.length < end + 4 + length) return;
      const body = this.#buffer.toString("utf8", end + 4, end + 4 + length);
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#resolve(body);
    });
  }

  request(method, path, body = "") {
    const length =
      method === "POST" ? `Content-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` : "";
    this.#socket.write(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${length}\r\n${body}`);
    return new Promise((resolve) => (this.#resolve = resolve));
  }
}

const sessions = [];

async function join(port) {
  const get = new KeepAlive(port);
  const post = new KeepAlive(port);
  const base = "/socket.io/?EIO=4&transport=polling";
  const { sid } = JSON.parse((await get.request("GET", base)).slice(1));
  const path = `${base}&sid=${sid}`;
  await post.request("POST", path, "40");
  await get.request("GET", path);
  return { get, post, path };
}

export async function pollingOpen({ port }, count, parallel = 25) {
  for (let left = count; left > 0; left -= parallel) {
    sessions.push(...(await Promise.all(Array.from({ length: Math.min(parallel, left) }, () => join(port)))));
  }
}

/** An event with an acknowledgement by POST, its answer by GET, `each` times on every session. */
export function pollingCycles(each) {
  return Promise.all(
    sessions.map(async ({ get, post, path }) => {
      for (let i = 0; i < each; i++) {
        const answer = get.request("GET", path);
        await post.request("POST", path, `42${i}["echo",{"at":1700000000000,"symbol":"ACME"}]`);
        await answer;
      }
    }),
  );
}

/** Polls until every session has received `each` messages. */
export function pollingBroadcast(each) {
  return Promise.all(
    sessions.map(async ({ get, path }) => {
      for (let seen = 0; seen < each; ) {
        const body = await get.request("GET", path);
        seen += body.split("\x1e").length;
      }
    }),
  );
}
