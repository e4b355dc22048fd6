// A process full of clients: `node load.cjs <port of the server>`.
const { PollingClient, WebSocketClient } = require("./raw-client.cjs");

const port = Number(process.argv[2]);
/** How many connections are opened at a time. */
const ABREAST = 64;
const WAYS_TO_LEAVE = ["goodbye", "end", "reset"];

const clients = new Set();
const errors = [];
let stalled;
let turn = 0;

async function open() {
  const Client = turn++ % 10 === 0 ? PollingClient : WebSocketClient;
  const client = new Client(port, () => errors.push("a connection was closed"));
  await client.joined.then(
    () => clients.add(client),
    (error) => errors.push(String(error)),
  );
}

async function reconnect() {
  const [client] = clients;
  clients.delete(client);
  // Not waited for: who reconnects does not ask whether the server has noticed.
  client.leave(WAYS_TO_LEAVE[turn % WAYS_TO_LEAVE.length]);
  await open();
}

async function repeat(times, work) {
  let left = times;
  await Promise.all(
    Array.from({ length: ABREAST }, async () => {
      while (left-- > 0) await work();
    }),
  );
}

const commands = {
  open: (count) => repeat(count, open),
  async reconnect({ perSecond, seconds }) {
    const started = performance.now();
    const running = new Set();
    const total = perSecond * seconds;
    for (let begun = 0; begun < total; ) {
      const due = Math.min(total, ((performance.now() - started) / 1000) * perSecond);
      // On a machine that cannot keep up it takes longer.
      for (; begun < due && running.size < 4 * ABREAST; begun++) {
        const one = reconnect().finally(() => running.delete(one));
        running.add(one);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Promise.all(running);
    return { reconnected: total, seconds: (performance.now() - started) / 1000 };
  },
  async leave() {
    const all = [...clients];
    clients.clear();
    await Promise.all(all.map((client, i) => client.leave(WAYS_TO_LEAVE[i % WAYS_TO_LEAVE.length])));
  },
  errors: () => errors,
  /** Clients over WebSocket that count what they get. */
  async listen(count) {
    for (let i = 0; i < count; i++) {
      const client = new WebSocketClient(port, () => {});
      await client.joined;
      clients.add(client);
    }
  },
  /** One of them stops reading. */
  stall() {
    [stalled] = clients;
    clients.delete(stalled);
    stalled.socket.pause();
  },
  /** What the readers have got once each has got up to `last`, or a while after. */
  async received(last) {
    const patience = performance.now() + 20_000;
    const isDone = () => [...clients].every(({ next }) => next >= last);
    while (!isDone() && performance.now() < patience) await new Promise((resolve) => setTimeout(resolve, 20));
    return [...clients].map(({ next, wrong }) => ({ next, wrong }));
  },
};

process.on("message", async ({ id, command, args }) =>
  process.send({ id, result: await commands[command](args) }),
);
process.on("disconnect", () => process.exit());
process.send({ port });
