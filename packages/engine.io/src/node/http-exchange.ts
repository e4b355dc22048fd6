import type { IncomingMessage, ServerResponse } from "node:http";
import { chooseEncoding } from "../core/accept-encoding.js";
import type { EngineRequest, ExchangeOwner, HttpExchange, HttpResponse } from "../core/contract.js";
import type { CompressionOptions } from "../core/options.js";
import { compress, ENCODINGS } from "./http-compression.js";

export type NodeRequest = IncomingMessage & EngineRequest;

/** A request and its response on Node.js, HTTP/1.1 and HTTP/2. */
export class NodeExchange implements HttpExchange<NodeRequest> {
  readonly request: NodeRequest;
  readonly remoteAddress: string;
  owner: ExchangeOwner | undefined;
  readonly #response: ServerResponse;
  readonly #compression: false | CompressionOptions;
  #answered = false;
  #size = 0;
  #closed = false;

  constructor(request: NodeRequest, response: ServerResponse, compression: false | CompressionOptions) {
    this.request = request;
    this.remoteAddress = request.socket.remoteAddress ?? "";
    this.#response = response;
    this.#compression = compression;
    response.on("close", () => this.#onClose());
  }

  get isOpen(): boolean {
    return !this.#answered && !this.#closed;
  }

  get bufferedAmount(): number {
    return this.#closed ? 0 : this.#size;
  }

  readBody(limit: number, as: "text" | "bytes"): void {
    const { request } = this;
    // The announced length first: a body that is too long is not read at all.
    if (Number(request.headers["content-length"]) > limit) {
      this.#tooLarge();
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        chunks.length = 0;
        this.#tooLarge();
      }
    });
    request.on("end", () => {
      if (size > limit) return;
      const body = Buffer.concat(chunks, size);
      this.#takeOwner()?.body(this, as === "text" ? body.toString() : body);
    });
  }

  respond({ status, headers, body, compress: mayCompress }: HttpResponse): void {
    this.owner = undefined;
    if (!this.isOpen) return;
    this.#answered = true;
    const bytes = Buffer.from(body);
    this.#size = bytes.length;
    const options = this.#compression;
    const encoding =
      mayCompress && options ? chooseEncoding(this.request, bytes.length, options, ENCODINGS) : undefined;
    if (!encoding || !options) {
      this.#write(status, headers, bytes);
      return;
    }
    compress(bytes, encoding, options).then(
      (compressed) => this.#write(status, { ...headers, "Content-Encoding": encoding }, compressed),
      () => this.#write(status, headers, bytes),
    );
  }

  abort(): void {
    this.owner = undefined;
    this.#answered = true;
    this.#response.destroy();
  }

  #write(status: number, headers: HttpResponse["headers"], body: Buffer): void {
    const response = this.#response;
    if (this.#closed || response.headersSent) return;
    const all: HttpResponse["headers"] = { ...headers, "Content-Length": body.length };
    // The rest of the body is not wanted; HTTP/2 has no such header.
    if (status === 413 && this.request.httpVersionMajor < 2) all.connection = "close";
    this.#size = body.length;
    response.writeHead(status, all);
    response.end(body);
  }

  #tooLarge(): void {
    this.#takeOwner()?.bodyTooLarge(this);
  }

  #takeOwner(): ExchangeOwner | undefined {
    const { owner } = this;
    this.owner = undefined;
    return owner;
  }

  #onClose(): void {
    this.#closed = true;
    if (!this.#answered) this.#takeOwner()?.aborted(this);
  }
}
