import type { RawData } from "engine.io-parser";

/** What the server says in its first packet. Protocol: Engine.IO v4, "Handshake". */
export interface HandshakeData {
  /** The session id. */
  sid: string;
  /** Names of the transports that the connection may be upgraded to. */
  upgrades: string[];
  /** Milliseconds between the server's pings. */
  pingInterval: number;
  /** Milliseconds that the peer may be late. */
  pingTimeout: number;
  /** The largest payload that the server takes, in bytes; absent when it does not say. */
  maxPayload: number;
}

const MAX_LENGTH = 1e5;
// Two of them, in milliseconds, are still one timer: longer ones fire at once.
const MAX_DELAY = 2 ** 30;

/** Parses the data of the first packet. Returns nothing when a connection cannot be built on it. */
export function parseHandshake(text: RawData | undefined): HandshakeData | undefined {
  try {
    const data = JSON.parse((text as string).length > MAX_LENGTH ? "" : (text as string));
    const { sid, pingInterval, pingTimeout } = data;
    const areDelays = [pingInterval, pingTimeout].every(
      (it) => typeof it === "number" && it > 0 && it < MAX_DELAY,
    );
    if (sid && typeof sid === "string" && areDelays) return data;
  } catch {}
}
