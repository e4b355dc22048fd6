import { decodePayload, encodePayload, type Packet } from "engine.io-parser";
import { nextTick } from "../timers.js";
import { Transport } from "../transport.js";
import { countFitting } from "../write-buffer.js";

/** What aborts a request. */
export type Abort = () => void;

/**
 * HTTP long-polling: one GET request waits for packets, one POST request at a time carries packets to the server.
 * Protocol: Engine.IO v4, "HTTP long-polling". A subclass knows how to make a request.
 */
export abstract class Polling extends Transport {
  /** Aborts the GET request in flight. */
  #poll?: Abort;
  #onPause?: () => void;

  get name(): string {
    return "polling";
  }

  override countFitting = countFitting;

  /** The messages of the errors of GET and of POST. */
  protected readonly reasons: readonly [string, string] = ["xhr poll error", "xhr post error"];

  /**
   * Makes a request, GET without `data`, which fails after `requestTimeout`.
   *
   * @param fail - takes the status, 0 when there was no answer, and the request or response
   */
  protected abstract doRequest(
    uri: string,
    data: string | undefined,
    done: (body: string) => void,
    fail: (description: unknown, context?: unknown) => void,
  ): Abort;

  #request(data: string | undefined, done: (body: string) => void): Abort | undefined {
    const fail = (description: unknown, context?: unknown) =>
      this.onError(this.reasons[data ? 1 : 0] as string, description, context);
    try {
      return this.doRequest(this.uri("http", this.opts.timestampRequests !== false), data, done, fail);
    } catch (err) {
      nextTick(() => fail(err));
    }
  }

  protected doOpen(): void {
    this.#poll = this.#request(undefined, (body) => {
      this.#poll = undefined;
      this.onData(body);
    });
    this.emitReserved("poll");
  }

  override pause(onPause: () => void): void {
    this.readyState = "pausing";
    this.#onPause = onPause;
    this.#rest();
  }

  override resume(): void {
    if (this.readyState === "closed") return;
    this.readyState = "open";
    if (!this.#poll) this.doOpen();
  }

  #rest(): void {
    if (this.readyState === "pausing" && !this.#poll && this.writable) {
      this.readyState = "paused";
      this.#onPause?.();
    }
  }

  protected override onData(payload: string): void {
    for (const packet of decodePayload(payload, this.socket.binaryType)) {
      if (this.readyState === "opening" && packet.type === "open") this.onOpen();
      if (packet.type === "close") this.onClose({ description: "transport closed by the server" });
      else this.onPacket(packet);
    }
    if (this.readyState !== "closed") {
      this.emitReserved("pollComplete");
      if (this.readyState === "open") this.doOpen();
      this.#rest();
    }
  }

  protected write(packets: Packet[]): void {
    this.writable = false;
    encodePayload(packets, (payload) =>
      this.#request(payload, () => {
        this.onDrain();
        this.#rest();
      }),
    );
  }

  protected doClose(): void {
    // The server answers the GET request when it has read the farewell; if it does not, nobody waits for it.
    const abort = () => this.#poll?.();
    if (this.writable) this.doRequest(this.uri("http", true), "1", abort, abort);
    else abort();
  }
}
