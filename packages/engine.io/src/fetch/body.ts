/** Reads a request body no further than `limit` bytes; gives nothing when there is more. */
export async function readBody(
  request: Request,
  limit: number,
  onReader: (reader: ReadableStreamDefaultReader<Uint8Array>) => void,
): Promise<Uint8Array | undefined> {
  // The announced length first: a body that is too long is not read at all.
  if (Number(request.headers.get("content-length")) > limit) return undefined;
  if (request.bodyUsed) {
    throw Object.assign(new TypeError("the body of the request was read before it came to the engine"), {
      code: "ERR_BODY_USED",
    });
  }
  if (!request.body) return new Uint8Array();
  const reader = request.body.getReader();
  onReader(reader);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return join(chunks, size);
    size += value.length;
    if (size > limit) {
      reader.cancel().catch(ignore);
      return undefined;
    }
    chunks.push(value);
  }
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [first] = chunks;
  if (first && chunks.length === 1) return first;
  const all = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}

// So much of a response may wait in the runtime without being counted.
const SLICE = 65_536;

/** A response body of which it is known how much the runtime has taken: it takes a slice when the client has read the last one. */
export class CountedBody {
  readonly stream: ReadableStream<Uint8Array>;
  /** Bytes that the runtime has not asked for. */
  left: number;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(bytes: Uint8Array) {
    this.left = bytes.length;
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: (controller) => {
          const start = bytes.length - this.left;
          const slice = bytes.subarray(start, start + SLICE);
          this.left -= slice.length;
          controller.enqueue(slice);
          if (this.left === 0) controller.close();
        },
        cancel: () => {
          this.left = 0;
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** Breaks off, and with it the connection. */
  abort(): void {
    if (this.left === 0) return;
    this.left = 0;
    this.#controller?.error(new Error("the session is over"));
  }

  static isWorthIt(size: number): boolean {
    return size > SLICE;
  }
}

export function ignore(): void {}
