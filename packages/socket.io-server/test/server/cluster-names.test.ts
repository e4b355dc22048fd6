import {
  ClusterAdapter,
  ClusterAdapterWithHeartbeat,
  type ClusterMessage,
  type ClusterResponse,
  MessageType,
} from "socket.io-adapter";
import { waitFor } from "testkit";
import { afterEach, describe, expect, test } from "vitest";
import type { AdapterConstructor } from "../../src/index.js";
import { type Started, start } from "../support/start.js";

// What third-party adapters override in the base classes, and call of them.

interface Node {
  readonly id: string;
  receive(message: ClusterMessage, offset: string): void;
  answer(response: ClusterResponse): void;
}

let nodes: Started[] = [];
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  nodes = [];
});

/** An adapter over a list of nodes in the place of a broker. */
function overList(Base: typeof ClusterAdapter | typeof ClusterAdapterWithHeartbeat) {
  const list: Node[] = [];
  const types: number[] = [];
  abstract class Plain extends (Base as unknown as new (nsp: never, options: object) => ClusterAdapter) {}
  class Listed extends Plain {
    constructor(nsp: never) {
      super(nsp, {});
      list.push({
        id: this.uid,
        receive: (message, offset) => this.onMessage(message, offset as never),
        answer: (response) => this.onResponse(response),
      });
    }
    protected doPublish(message: ClusterMessage): Promise<never> {
      types.push(message.type);
      // To all, the sender included, as brokers do.
      for (const node of list) setImmediate(() => node.receive(message, "1"));
      return Promise.resolve("1" as never);
    }
    protected doPublishResponse(requesterUid: string, response: ClusterResponse): Promise<void> {
      const requester = list.find(({ id }) => id === requesterUid);
      setImmediate(() => requester?.answer(response));
      return Promise.resolve();
    }
    override serverCount(): Promise<number> {
      return Promise.resolve(list.length);
    }
  }
  return { adapter: Listed as unknown as AdapterConstructor, list, types };
}

describe.each([
  ["ClusterAdapter", ClusterAdapter],
  ["ClusterAdapterWithHeartbeat", ClusterAdapterWithHeartbeat],
] as const)("a subclass of %s", (_name, Base) => {
  test("with doPublish, doPublishResponse, onMessage, onResponse and uid alone is a cluster", async () => {
    const { adapter, list, types } = overList(Base);
    nodes = [await start({ adapter }), await start({ adapter })];
    const [one, two] = nodes as [Started, Started];
    expect(new Set(list.map(({ id }) => id)).size).toBe(2);
    const client = two.connect("/", { transports: ["websocket"] });
    await waitFor(client, "connect");
    const got = waitFor(client, "hello");
    one.io.emit("hello", 1);
    expect(await got).toEqual([1]);
    expect(types).toContain(MessageType.BROADCAST);
    client.on("ask", (callback) => callback("far away"));
    expect(await one.io.timeout(5000).emitWithAck("ask")).toEqual(["far away"]);
    expect((await one.io.fetchSockets()).map(({ id }) => id)).toEqual([client.id]);
    expect(types).toContain(MessageType.FETCH_SOCKETS);
    const heard = waitFor(two.io, "between servers");
    one.io.serverSideEmit("between servers", 2);
    expect(await heard).toEqual([2]);
  });
});
