import type { ClientContract } from "../contract.js";

/** What a client of Engine.IO protocol 3 asks for when it connects to a namespace. */
export interface LegacyConnect {
  name: string;
  auth: Record<string, unknown>;
}

/** Whether the client is one of Socket.IO 1 or 2. */
export function isLegacy({ conn }: Pick<ClientContract, "conn">): boolean {
  return conn.protocol === 3;
}

/** Takes apart `/chat?token=abc`. Such clients have a query where later ones have `auth`; of a key given twice the last counts. */
export function parseLegacyConnect(nsp: string): LegacyConnect {
  const end = nsp.indexOf("?");
  const auth: Record<string, unknown> = Object.create(null);
  if (end < 0) return { name: nsp, auth };
  for (const [key, value] of new URLSearchParams(nsp.slice(end + 1))) auth[key] = value;
  return { name: nsp.slice(0, end), auth };
}

/** The id of a socket. Such clients are not told theirs: they make it from the id of the connection. */
export function legacySocketId(nsp: string, clientId: string): string {
  return nsp === "/" ? clientId : `${nsp}#${clientId}`;
}
