import type { Adapter, Session } from "socket.io-adapter";
import type { ClientContract, NamespaceContract } from "../contract.js";
import { buildHandshake } from "../socket/handshake.js";

/**
 * Finds the session that a client asks for in its auth payload, and has the application look at it again where it wants to. There is
 * none when it is unknown, has expired or is not approved; the client then gets a new one.
 *
 * The promise is rejected with what the `revalidate` of the application throws.
 */
export async function recoverSession(
  nsp: NamespaceContract,
  client: ClientContract,
  auth: Record<string, unknown>,
): Promise<Session | undefined> {
  const { pid, offset } = auth;
  if (typeof pid !== "string" || typeof offset !== "string") return undefined;
  // Its client is here: whatever the connection that it had seems to be, it is over.
  nsp._sessions.get(pid)?._supersede();
  const session = await restore(nsp.adapter, pid, offset);
  const revalidate = nsp.server.opts.connectionStateRecovery?.revalidate;
  if (!session || !revalidate) return session;

  const { conn } = client;
  const { missedPackets, ...kept } = session;
  const handshake = buildHandshake(conn.request, conn.remoteAddress, auth, Date.now());
  const { sid, rooms, data } = kept;
  if ((await revalidate(handshake, { sid, rooms, data })) !== true) return undefined;
  // Back and forth, for the packets of the meantime; also for the next try of a client that did not wait.
  nsp.adapter.persistSession(kept);
  return conn.readyState === "open" ? restore(nsp.adapter, pid, offset) : undefined;
}

async function restore(adapter: Adapter, pid: string, offset: string): Promise<Session | undefined> {
  try {
    return (await adapter.restoreSession(pid, offset)) ?? undefined;
  } catch {
    return undefined;
  }
}
