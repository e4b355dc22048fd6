import { Agent, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type EngineRequest, Server, type ServerOptions } from "engine.io";
import { codedError } from "./errors.js";
import { Inbox } from "./inbox.js";
import type { ClusterLink, NodeAddress } from "./link.js";
import { NODE_ID_LENGTH, nodeIdOf } from "./node-id.js";
import { type Relay, relayRequest } from "./relay-request.js";
import { relayUpgrade } from "./relay-upgrade.js";

interface Owner {
  readonly nodeId: string;
  readonly address: NodeAddress;
}

/**
 * An engine whose clients may reach any process with any request: one that is for the session of another process is answered through
 * that one.
 *
 * @example
 * const engine = new ClusterEngine(unixLink({ directory: "/run/my-app" }), { pingInterval: 10_000 });
 * engine.attach(httpServer, { path: "/socket.io/" });
 * new Server().bind(engine);
 */
export class ClusterEngine extends Server {
  readonly #link: ClusterLink;
  readonly #inbox: Inbox;
  // No connection is kept for longer than the owner lives, and none is closed by the owner for being idle.
  readonly #agent = new Agent({ keepAlive: true });
  readonly #relays = new Set<() => void>();
  /** Why a request that is answered here was not answered by the owner of its session. */
  readonly #failures = new WeakMap<IncomingMessage, { nodeId: string; error: Error }>();

  /** @throws OptionError as the engine does */
  constructor(link: ClusterLink, options?: ServerOptions) {
    super(options);
    this.#link = link;
    this.#inbox = new Inbox(link, {
      request: (request, response) => super.handleRequest(request, response),
      upgrade: (request, socket, head) => super.handleUpgrade(request, socket, head),
    });
    this.#inbox.open();
  }

  /**
   * Not for this engine: it relays what comes in by `attach`, which works beside a framework.
   *
   * @throws Error with the code `ERR_UNSUPPORTED`
   */
  override readonly fetch = (): Promise<never> =>
    Promise.reject(
      codedError("ERR_UNSUPPORTED", "requests by fetch are not relayed to other processes: use attach()"),
    );

  /** The id of this node: the first 5 characters of the ids of its sessions. */
  get nodeId(): string {
    return this.#link.nodeId;
  }

  /** Makes the id of a new session. To make your own, begin it with `engine.nodeId`. */
  override generateId(request: EngineRequest): string | PromiseLike<string> {
    return this.nodeId + String(super.generateId(request)).slice(NODE_ID_LENGTH);
  }

  override idProblem(id: string): string | undefined {
    return id.startsWith(this.nodeId)
      ? super.idProblem(id)
      : `ids must begin with ${this.nodeId}, the node they are of, not ${id}`;
  }

  override handleRequest(request: IncomingMessage, response: ServerResponse): void {
    const owner = this.#ownerOf(request);
    const here = (): void => super.handleRequest(request, response);
    if (owner) this.#relay(request, owner, here, (relay) => relayRequest(request, response, relay));
    else here();
  }

  override handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const owner = this.#ownerOf(request);
    const here = (): void => super.handleUpgrade(request, socket, head);
    if (owner) this.#relay(request, owner, here, (relay) => relayUpgrade(request, socket, head, relay));
    else here();
  }

  /** Closes the sockets of this process, and what it relays. */
  override close(): this {
    super.close();
    this.#inbox.close();
    for (const giveUp of [...this.#relays]) giveUp();
    this.#agent.destroy();
    return this;
  }

  protected override reopen(): void {
    super.reopen();
    this.#inbox.open();
  }

  protected override reportRefusal(...[request, refusal]: Parameters<Server["reportRefusal"]>): void {
    const failure = this.#failures.get(request);
    super.reportRefusal(
      request,
      failure ? { ...refusal, context: { ...refusal.context, relay: failure } } : refusal,
    );
  }

  #ownerOf(request: IncomingMessage): Owner | undefined {
    const nodeId = nodeIdOf(this.prepare(request)._query.sid);
    if (this.closed || nodeId === undefined || nodeId === this.nodeId) return undefined;
    const address = this.#link.find(nodeId);
    return address && { nodeId, address };
  }

  #relay(
    request: IncomingMessage,
    { nodeId, address }: Owner,
    here: () => void,
    start: (relay: Relay) => () => void,
  ): void {
    const { pingInterval, pingTimeout, maxHttpBufferSize } = this.opts;
    const giveUp = start({
      address,
      agent: this.#agent,
      secret: this.#link.secret,
      maxBody: maxHttpBufferSize,
      // The owner answers every poll with a ping at the latest.
      timeout: pingInterval + pingTimeout,
      failed: (error) => {
        if ((error as NodeJS.ErrnoException).code === "ECONNREFUSED") this.#link.forget?.(nodeId);
        this.#failures.set(request, { nodeId, error });
        // Nobody has that session any more, and this process knows how to say so.
        here();
      },
      done: () => this.#relays.delete(giveUp),
    });
    this.#relays.add(giveUp);
  }
}
