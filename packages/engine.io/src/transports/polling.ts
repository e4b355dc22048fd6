import type {
  Batch,
  EngineRequest,
  ExchangeOwner,
  Headers,
  HttpBody,
  HttpExchange,
} from "../core/contract.js";
import { Deadline, type DeadlineQueue } from "../core/deadline-queue.js";
import { TransportError } from "../core/errors.js";
import { Transport } from "../core/transport.js";
import type { PollingFormat } from "./polling-format.js";

const CLOSE: Batch = [{ type: "close" }];
const NOOP: Batch = [{ type: "noop" }];

/** What a polling transport needs of its server. */
export interface PollingHost {
  readonly maxHttpBufferSize: number;
  /** Where a transport waits for the poll that takes its close packet. */
  readonly closeDeadlines: DeadlineQueue;
  /** Lets the application see, and add to, the headers of a response. */
  decorate(headers: Headers, request: EngineRequest, sid: string): void;
}

class CloseDeadline extends Deadline {
  constructor(readonly transport: Polling) {
    super();
  }

  expire(): void {
    this.transport.closeTimedOut();
  }
}

/** HTTP long-polling: a GET waits for packets, a POST brings some. */
export class Polling extends Transport implements ExchangeOwner {
  readonly name = "polling";
  readonly #host: PollingHost;
  readonly #format: PollingFormat;
  #poll: HttpExchange | undefined;
  #post: HttpExchange | undefined;
  #closing: CloseDeadline | undefined;
  /** The polls whose answers may not have been read. */
  #answered: HttpExchange[] = [];

  constructor(protocol: number, sid: string, host: PollingHost, format: PollingFormat) {
    super(protocol, sid);
    this.#host = host;
    this.#format = format;
  }

  override get bufferedAmount(): number {
    return this.#answered.reduce((sum, { bufferedAmount = 0 }) => sum + bufferedAmount, 0);
  }

  onRequest(exchange: HttpExchange): void {
    const { method } = exchange.request;
    if (method === "GET") this.#onPoll(exchange);
    else if (method === "POST") this.#onPost(exchange);
    else answerEmpty(exchange, 500);
  }

  send(batch: Batch): void {
    this.#answerPoll(batch, batch.some(mayCompress));
    this.sink.sent();
  }

  /** Answers a waiting poll with a packet that means nothing, so that the client can stop polling. */
  override release(): void {
    if (this.#poll) this.#answerPoll(NOOP, false);
  }

  close(): void {
    this.#abortPost();
    if (this.#poll) {
      this.#answerPoll(CLOSE, false);
      this.sink.closed();
    } else if (!this.#closing) {
      this.#closing = new CloseDeadline(this);
      this.#host.closeDeadlines.add(this.#closing);
    }
  }

  terminate(code?: number): void {
    // Answers that a client leaves unread while it asks for more would stay as long as it likes.
    if (code !== undefined && this.backlog > 0) for (const exchange of this.#answered) exchange.abort();
    this.#letGo(CLOSE);
  }

  discard(): void {
    // Not a close packet: the client is still there, on the other transport.
    this.#letGo(NOOP);
  }

  closeTimedOut(): void {
    this.#closed();
  }

  aborted(exchange: HttpExchange): void {
    const isPoll = exchange === this.#poll;
    if (isPoll) this.#poll = undefined;
    else this.#post = undefined;
    this.idle = false;
    this.sink.error(
      new TransportError(
        "ERR_REQUEST_ABORTED",
        isPoll ? "poll connection closed prematurely" : "data request connection closed prematurely",
      ),
    );
  }

  bodyTooLarge(exchange: HttpExchange): void {
    this.#post = undefined;
    answerEmpty(exchange, 413);
    // The waiting poll gets the same answer: whichever the client reads first, it learns why.
    if (this.#poll) answerEmpty(this.#takePoll(this.#poll), 413);
    this.sink.error(new TransportError("ERR_PAYLOAD_TOO_LARGE", "Max payload size exceeded"));
  }

  body(exchange: HttpExchange, body: HttpBody): void {
    this.#post = undefined;
    try {
      this.#receive(body);
    } finally {
      // What a listener throws surfaces, and the client gets its answer.
      const headers = { "Content-Type": "text/html", "cache-control": "no-store" };
      this.#host.decorate(headers, exchange.request, this.sid);
      exchange.respond({ status: 200, headers, body: "ok" });
    }
  }

  #receive(body: HttpBody): void {
    for (const { type, data } of this.#format.decode(body)) {
      if (!this.attached) return;
      if (type === "close") this.#closedByClient();
      else this.sink.packet(type, type === "message" ? (data ?? "") : data);
    }
  }

  #onPoll(exchange: HttpExchange): void {
    if (this.#poll) {
      this.sink.error(new TransportError("ERR_REQUEST_OVERLAP", "overlap from client"));
      answerEmpty(exchange, 400);
      return;
    }
    exchange.owner = this;
    this.#poll = exchange;
    this.#answered = this.#answered.filter(({ bufferedAmount = 0 }) => bufferedAmount > 0);
    this.backlog = this.bufferedAmount;
    this.idle = true;
    this.sink.ready();
    if (this.#closing && this.#poll) {
      this.#answerPoll(CLOSE, false);
      this.#closed();
    }
  }

  #onPost(exchange: HttpExchange): void {
    if (this.#post) {
      this.sink.error(new TransportError("ERR_REQUEST_OVERLAP", "data request overlap from client"));
      answerEmpty(exchange, 400);
      return;
    }
    const contentType = exchange.request.headers["content-type"];
    const bodyType = this.#format.bodyType(contentType);
    if (!bodyType) {
      this.sink.error(new TransportError("ERR_INVALID_CONTENT", "invalid content"));
      answerEmpty(exchange, 400);
      return;
    }
    exchange.owner = this;
    this.#post = exchange;
    exchange.readBody(this.#host.maxHttpBufferSize, bodyType);
  }

  #answerPoll(batch: Batch, compress: boolean): void {
    if (!this.#poll) return;
    const exchange = this.#takePoll(this.#poll);
    const body = this.#format.encode(batch);
    const headers: Headers = { "Content-Type": this.#format.contentType(body), "cache-control": "no-store" };
    this.#host.decorate(headers, exchange.request, this.sid);
    exchange.respond({ status: 200, headers, body, compress });
    this.#answered.push(exchange);
  }

  #takePoll(exchange: HttpExchange): HttpExchange {
    this.#poll = undefined;
    this.idle = false;
    return exchange;
  }

  #closedByClient(): void {
    this.release();
    this.sink.closed();
  }

  #closed(): void {
    if (this.#closing) this.#host.closeDeadlines.cancel(this.#closing);
    this.sink.closed();
  }

  #letGo(lastPacket: Batch): void {
    if (this.#closing) this.#host.closeDeadlines.cancel(this.#closing);
    this.detach();
    this.#abortPost();
    this.#answerPoll(lastPacket, false);
  }

  #abortPost(): void {
    this.#post?.abort();
    this.#post = undefined;
  }
}

function mayCompress(item: Batch[number]): boolean {
  return item.type === "prepared" || item.options?.compress === true;
}

function answerEmpty(exchange: HttpExchange, status: number): void {
  exchange.respond({ status, headers: {}, body: "" });
}
