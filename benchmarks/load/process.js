// The load process: opens raw clients, counts frames, and never parses what it need not.
import { answer } from "../lib/channel.js";
import { clientFrame } from "./frame-counter.js";
import { pollingBroadcast, pollingCycles, pollingOpen } from "./polling.js";
import { RawClient } from "./raw-client.js";

let target;
let clients = [];
let frames = 0;
let awaited;

function onFrames(_client, seen) {
  frames += seen;
  if (awaited && frames >= awaited.at) {
    awaited.resolve();
    awaited = undefined;
  }
}

/** Opens `count` clients, `parallel` at a time. */
async function open(count, parallel = 50) {
  for (let left = count; left > 0; left -= parallel) {
    const batch = Array.from({ length: Math.min(parallel, left) }, () =>
      RawClient.open({ ...target, onFrames }),
    );
    clients.push(...(await Promise.all(batch)));
  }
}

async function closeAll() {
  await Promise.all(clients.map((client) => client.close()));
  clients = [];
}

answer({
  target(value) {
    target = value;
  },
  open,
  closeAll,
  frames(at) {
    if (frames >= at) return;
    return new Promise((resolve) => (awaited = { at, resolve }));
  },
  /** Keeps `inFlight` requests with an acknowledgement open on every client until `total` were answered. */
  acks({ inFlight, each }) {
    return new Promise((resolve) => {
      let busy = clients.length;
      for (const client of clients) {
        let sent = 0;
        let answered = 0;
        const more = () =>
          client.write(clientFrame(`42${sent++}["echo",{"at":1700000000000,"symbol":"ACME"}]`));
        client.onFrames = (seen) => {
          answered += seen;
          for (let i = 0; i < seen && sent < each; i++) more();
          if (answered >= each && --busy === 0) resolve();
        };
        client.socket.on("data", () => {
          const seen = client.counter.frames;
          client.counter.frames = 0;
          client.onFrames(seen);
        });
        for (let i = 0; i < inFlight; i++) more();
      }
    });
  },
  /** Sends `segments` writes of `perSegment` events from every client. */
  async send({ segments, perSegment }) {
    const one = clientFrame('42["count",{"at":1700000000000,"symbol":"ACME","price":12.34}]');
    const bytes = Buffer.concat(Array.from({ length: perSegment }, () => one));
    for (let i = 0; i < segments; i++) {
      for (const client of clients) client.write(bytes);
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
  async churn({ count, parallel }) {
    for (let left = count; left > 0; left -= parallel) {
      await Promise.all(Array.from({ length: parallel }, async () => (await RawClient.open(target)).close()));
    }
  },
  pollingOpen: (count) => pollingOpen(target, count),
  pollingCycles: (each) => pollingCycles(each),
  pollingBroadcast: (each) => pollingBroadcast(each),
});
