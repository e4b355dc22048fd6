import type { AdapterNamespace, BroadcastOptions, BroadcastPacket } from "../contract.js";
import type { Offset } from "./messages.js";

const EVENT = 2;

/** Whether a client may miss the packet and get it later: an event that is neither volatile nor to be acknowledged. */
export function takesOffset(
  { server }: AdapterNamespace,
  { type, id, data }: BroadcastPacket,
  { flags }: BroadcastOptions,
): boolean {
  const recovers = Boolean(server.opts?.connectionStateRecovery);
  return recovers && type === EVENT && id === undefined && !flags?.volatile && Array.isArray(data);
}

/** Adds the offset as last argument, where there is one. */
export function withOffset(packet: BroadcastPacket, offset: Offset | undefined): void {
  // A new array: the other is being published.
  if (offset) packet.data = [...(packet.data as unknown[]), offset];
}
