import { FakeNamespace } from "testkit/adapters";
import {
  type AdapterNamespace,
  ClusterAdapter,
  type ClusterAdapterOptions,
  ClusterAdapterWithHeartbeat,
  type ClusterMessage,
  type ClusterResponse,
  type Offset,
} from "../../src/index.js";

type Message = ClusterMessage | ClusterResponse;

interface Member {
  readonly nsp: AdapterNamespace;
  receive(message: Message, offset: Offset): void;
}

/** An engine in memory: hands messages over a moment later, in order, to all but the sender. Can be made to misbehave. */
export class Bus {
  readonly members = new Set<Member>();
  /** All messages, sent or not. */
  readonly messages: Message[] = [];
  /** What sending does before anything else: throw, reject, or wait. */
  onSend: (message: Message) => Promise<void> | void = () => {};
  /** Whether the engine keeps messages. */
  givesOffsets = true;
  /** Members that get nothing, as if frozen. */
  readonly frozen = new Set<Member>();

  send(from: Member, message: Message): Promise<Offset> {
    this.messages.push(message);
    const offset = this.givesOffsets ? `offset-${this.messages.length}` : "";
    const sent = this.onSend(message);
    const deliver = () => {
      const copy = structuredClone(message);
      for (const member of this.members) {
        if (member !== from && !this.frozen.has(member)) member.receive(structuredClone(copy), offset);
      }
      return offset;
    };
    return Promise.resolve(sent).then(deliver);
  }

  count(nsp: AdapterNamespace): number {
    return [...this.members].filter((member) => member.nsp.name === nsp.name).length;
  }
}

/** Over an engine that knows how many servers there are. */
export class BusAdapter extends ClusterAdapter {
  readonly #bus: Bus;

  constructor(nsp: AdapterNamespace, bus: Bus) {
    super(nsp);
    this.#bus = bus;
    bus.members.add(this);
  }

  get id(): string {
    return this.uid;
  }

  receive(message: Message, offset?: Offset): void {
    this.onMessage(message, offset);
  }

  protected doPublish(message: ClusterMessage): Promise<Offset> {
    return this.#bus.send(this, message);
  }

  protected async doPublishResponse(_: string, response: ClusterResponse): Promise<void> {
    await this.#bus.send(this, response);
  }

  override serverCount(): Promise<number> {
    return Promise.resolve(this.#bus.count(this.nsp));
  }

  override close(): Promise<void> | void {
    this.#bus.members.delete(this);
    return super.close();
  }
}

/** Over an engine that does not. */
export class HeartbeatBusAdapter extends ClusterAdapterWithHeartbeat {
  readonly #bus: Bus;

  constructor(nsp: AdapterNamespace, bus: Bus, options?: ClusterAdapterOptions) {
    super(nsp, options);
    this.#bus = bus;
    bus.members.add(this);
  }

  get id(): string {
    return this.uid;
  }

  receive(message: Message, offset?: Offset): void {
    this.onMessage(message, offset);
  }

  protected doPublish(message: ClusterMessage): Promise<Offset> {
    return this.#bus.send(this, message);
  }

  protected async doPublishResponse(_: string, response: ClusterResponse): Promise<void> {
    await this.#bus.send(this, response);
  }

  override close(): Promise<void> | void {
    const closed = super.close();
    this.#bus.members.delete(this);
    return closed;
  }
}

interface Node<T> {
  namespace: FakeNamespace;
  adapter: T;
}

/** A server on the bus, without connection state recovery unless asked for. */
export function addNode<T extends BusAdapter | HeartbeatBusAdapter>(
  bus: Bus,
  Adapter: new (nsp: AdapterNamespace, bus: Bus) => T,
  { recovers = false } = {},
): Node<T> {
  const namespace = new FakeNamespace();
  if (!recovers) namespace.server.opts = {};
  const adapter = new Adapter(namespace as unknown as AdapterNamespace, bus);
  namespace.adapter = adapter as never;
  adapter.init();
  return { namespace, adapter };
}
