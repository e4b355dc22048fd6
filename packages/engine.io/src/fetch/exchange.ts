import { chooseEncoding } from "../core/accept-encoding.js";
import type { EngineRequest, ExchangeOwner, HttpBody, HttpExchange, HttpResponse } from "../core/contract.js";
import type { CompressionOptions } from "../core/options.js";
import { CountedBody, ignore, readBody } from "./body.js";
import { compress, ENCODINGS } from "./compression.js";
import { addHeaders } from "./headers.js";

/** What an exchange is made of. */
export interface FetchExchangeInit<R extends EngineRequest> {
  readonly raw: Request;
  /** The same, as the engine and the application see it. */
  readonly request: R;
  readonly remoteAddress: string;
  readonly compression: false | CompressionOptions;
  /** Headers that are on every response. */
  readonly headers: Headers;
  /** Settles once the client has read the response or has gone, where the runtime can tell. */
  readonly delivered: PromiseLike<unknown> | undefined;
}

// Nobody reads it: the client is gone.
const CLIENT_CLOSED_REQUEST = 499;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A `Request` and the promise of its `Response`. */
export class FetchExchange<R extends EngineRequest> implements HttpExchange<R> {
  readonly request: R;
  readonly remoteAddress: string;
  owner: ExchangeOwner | undefined;
  /** The response, once there is one. */
  readonly response: Promise<Response>;
  readonly #init: FetchExchangeInit<R>;
  #settle: (response: Response | PromiseLike<Response>) => void = ignore;
  #answered = false;
  #gone = false;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  /** Bytes of the response that wait for the client, as far as the runtime tells. */
  #undelivered = 0;
  #counted: CountedBody | undefined;

  constructor(init: FetchExchangeInit<R>) {
    this.#init = init;
    this.request = init.request;
    this.remoteAddress = init.remoteAddress;
    this.response = new Promise((resolve) => {
      this.#settle = resolve;
    });
    if (init.raw.signal.aborted) this.#onGone();
    else init.raw.signal.addEventListener("abort", this.#onGone);
  }

  get isOpen(): boolean {
    return !this.#answered && !this.#gone;
  }

  get bufferedAmount(): number {
    return this.#counted?.left ?? this.#undelivered;
  }

  readBody(limit: number, as: "text" | "bytes"): void {
    const reading = readBody(this.#init.raw, limit, (reader) => {
      this.#reader = reader;
    });
    // In a callback of its own, where what the application throws is an uncaught error as on Node.js, not a rejection.
    reading.then(
      (bytes) => queueMicrotask(() => this.#deliver(bytes, as)),
      (error) => queueMicrotask(() => this.#fail(error)),
    );
  }

  respond(response: HttpResponse): void {
    this.owner = undefined;
    if (!this.isOpen) return;
    this.#answered = true;
    this.#release();
    this.#settle(this.#build(response));
  }

  /** A connection cannot be cut before there is a response: the request is answered, and what is left of its body not read. */
  abort(): void {
    this.#counted?.abort();
    this.#reader?.cancel().catch(ignore);
    this.respond({ status: 400, headers: {}, body: "" });
  }

  #deliver(bytes: Uint8Array | undefined, as: "text" | "bytes"): void {
    const { owner } = this;
    if (!owner) return;
    this.owner = undefined;
    if (bytes) owner.body(this, as === "text" ? decoder.decode(bytes) : bytes);
    else owner.bodyTooLarge(this);
  }

  /** The body could not be read: the connection broke, or somebody else has read it. */
  #fail(error: unknown): void {
    if (!this.isOpen) return;
    const isMisuse = (error as { code?: unknown } | null)?.code === "ERR_BODY_USED";
    if (isMisuse) this.#settle(Promise.reject(error));
    this.#onGone();
  }

  async #build({ status, headers, body, compress: mayCompress }: HttpResponse): Promise<Response> {
    const { compression } = this.#init;
    const all = addHeaders(new Headers(this.#init.headers), headers);
    // The rest of the body is not wanted.
    if (status === 413) all.set("connection", "close");
    let bytes = toBytes(body);
    const encoding =
      mayCompress && compression
        ? chooseEncoding(this.request, bytes.length, compression, ENCODINGS)
        : undefined;
    if (encoding) {
      this.#undelivered = bytes.length;
      bytes = await compress(bytes, encoding);
      all.set("content-encoding", encoding);
    }
    return new Response(this.#count(bytes), { status, headers: all });
  }

  #count(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> {
    this.#undelivered = 0;
    if (CountedBody.isWorthIt(bytes.length)) {
      this.#counted = new CountedBody(bytes);
      return this.#counted.stream;
    }
    const { delivered } = this.#init;
    if (delivered) {
      this.#undelivered = bytes.length;
      const done = (): void => {
        this.#undelivered = 0;
      };
      delivered.then(done, done);
    }
    return bytes;
  }

  readonly #onGone = (): void => {
    if (!this.isOpen) return;
    this.#gone = true;
    this.#release();
    this.#settle(new Response(null, { status: CLIENT_CLOSED_REQUEST }));
    const { owner } = this;
    this.owner = undefined;
    owner?.aborted(this);
  };

  #release(): void {
    this.#init.raw.signal.removeEventListener("abort", this.#onGone);
  }
}

function toBytes(body: HttpBody): Uint8Array<ArrayBuffer> {
  // Encoded in any case, as the size in bytes is what counts.
  return typeof body === "string" ? encoder.encode(body) : (body as Uint8Array<ArrayBuffer>);
}
