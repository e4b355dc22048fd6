/**
 * - `connecting`: not connected yet, and about to be
 * - `connected`
 * - `reconnecting`: the connection was lost; events that are emitted wait
 * - `disconnected`: nothing happens until `socket.connect()` is called: refused, ended on purpose, or all attempts used up
 */
export type ConnectionStatus = "connecting" | "connected" | "reconnecting" | "disconnected";

/**
 * - `wanted`: somebody asks for the connection
 * - `connect`: joined the namespace
 * - `lost`: the connection ended, and another attempt follows
 * - `over`: it ended, or could not be made, and no attempt follows
 */
export type StatusEvent = "wanted" | "connect" | "lost" | "over";

export function nextStatus(status: ConnectionStatus, event: StatusEvent): ConnectionStatus {
  if (event === "wanted") return status === "disconnected" ? "connecting" : status;
  if (event === "connect") return "connected";
  if (event === "over") return "disconnected";
  return status === "connecting" ? status : "reconnecting";
}
