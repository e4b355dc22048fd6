import * as published from "published-socket.io-parser";
import {
  Decoder,
  type DecoderOptions,
  Encoder,
  type JSONReplacer,
  type JSONReviver,
  type Packet,
} from "../src/index.js";

/** What a decoder did with some chunks: the packets, and the message of each error. */
export type Outcome = (Packet | string)[];

interface AnyDecoder {
  on(event: "decoded", listener: (packet: Packet) => void): unknown;
  add(chunk: unknown): void;
}

function feed(decoder: AnyDecoder, chunks: readonly unknown[]): Outcome {
  const outcome: Outcome = [];
  decoder.on("decoded", (packet) => outcome.push(packet));
  for (const chunk of chunks) {
    try {
      decoder.add(chunk);
    } catch (error) {
      outcome.push((error as Error).message);
    }
  }
  return outcome;
}

export const decode = (chunks: readonly unknown[], options?: DecoderOptions | JSONReviver): Outcome =>
  feed(new Decoder(options), chunks);

export const oracleDecode = (chunks: readonly unknown[], options?: DecoderOptions | JSONReviver): Outcome =>
  feed(new published.Decoder(options as published.DecoderOptions) as unknown as AnyDecoder, chunks);

export const encode = (packet: Packet, replacer?: JSONReplacer): unknown[] =>
  new Encoder(replacer).encode(packet);

export const oracleEncode = (packet: Packet, replacer?: JSONReplacer): unknown[] =>
  new published.Encoder(replacer as (key: string, value: unknown) => unknown).encode(
    packet as published.Packet,
  );
