import { io as connect48 } from "published-socket.io-client";
import connect2 from "published-socket.io-client-2";
import connect3 from "published-socket.io-client-3";
import connect40 from "published-socket.io-client-4.0";

export interface ClientVersion {
  version: string;
  /** The revision of the Engine.IO protocol that it speaks. */
  protocol: 3 | 4;
  connect: AnyConnect;
}

/** The published clients of which each speaks to our server in the tests. */
export const CLIENTS: ClientVersion[] = [
  { version: "2.5.0", protocol: 3, connect: connect2 },
  { version: "3.1.3", protocol: 4, connect: connect3 },
  { version: "4.0.2", protocol: 4, connect: connect40 },
  { version: "4.8.4", protocol: 4, connect: connect48 as unknown as AnyConnect },
];

export const TRANSPORTS = {
  polling: ["polling"],
  WebSocket: ["websocket"],
  upgrade: ["polling", "websocket"],
} as const;

/** What each client does over each of the transports. */
export const FEATURES = [
  "events",
  "acknowledgements",
  "binary",
  "namespaces",
  "broadcast",
  "reconnection",
] as const;
