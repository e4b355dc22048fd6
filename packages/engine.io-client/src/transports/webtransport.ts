import { createPacketDecoderStream, createPacketEncoderStream, type Packet } from "engine.io-parser";
import { Transport } from "../transport.js";

// No frame of the server is longer than this, in bytes.
const MAX_FRAME = 1e8;

/**
 * WebTransport (HTTP/3): length-prefixed packets over one bidirectional stream. For browsers, and for Node.js where
 * `globalThis.WebTransport` is supplied. Protocol: Engine.IO v4, "WebTransport".
 */
export class WT extends Transport {
  #session?: WebTransport;
  #writer?: WritableStreamDefaultWriter<Packet>;

  get name(): string {
    return "webtransport";
  }

  protected doOpen(): void {
    const session = new WebTransport(
      this.createUri("https", this.query),
      this.opts.transportOptions?.[this.name],
    );
    this.#session = session;
    session.closed.then(
      () => this.onClose(),
      (err) => this.onError("webtransport error", err),
    );
    // Whatever goes wrong with the stream ends the session, and `closed` reports it.
    this.#run(session).catch(() => session.close());
  }

  async #run(session: WebTransport): Promise<void> {
    await session.ready;
    const { readable, writable } = await session.createBidirectionalStream();
    const encoder = createPacketEncoderStream();
    // It settles when the server has received all of the stream.
    const end = () => session.close();
    encoder.readable.pipeTo(writable).then(end, end);
    this.#writer = encoder.writable.getWriter();

    const { sid } = this.query;
    await this.#writer.write({ type: "open", data: sid && JSON.stringify({ sid }) });
    this.onOpen();

    const decoder = createPacketDecoderStream(MAX_FRAME, this.socket.binaryType);
    const reader = readable
      .pipeThrough(decoder as unknown as ReadableWritablePair<Packet, unknown>)
      .getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || value.type === "close") break;
      this.onPacket(value);
    }
    // The server has said all.
    this.close();
  }

  protected write(packets: Packet[]): void {
    this.writable = false;
    Promise.all(packets.map((packet) => this.#writer?.write(packet))).then(
      () => this.onDrain(),
      () => {}, // the session is over
    );
  }

  protected doClose(): void {
    // To close the session at once would drop what the server has not received.
    if (this.#writer) this.#writer.close().catch(() => {});
    else this.#session?.close();
  }
}
