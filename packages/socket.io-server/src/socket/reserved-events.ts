import { codedError } from "../errors.js";

const SOCKET_EVENTS: ReadonlySet<unknown> = new Set([
  "connect",
  "connect_error",
  "disconnect",
  "disconnecting",
  "newListener",
  "removeListener",
]);

const NAMESPACE_EVENTS: ReadonlySet<unknown> = new Set(["connect", "connection", "new_namespace"]);

/** Whether a client may have sent this as an event; the parser may be one that takes anything. */
export function isEvent(data: unknown): data is [string | number, ...unknown[]] {
  if (!Array.isArray(data)) return false;
  const name: unknown = data[0];
  return typeof name === "string" ? !SOCKET_EVENTS.has(name) : typeof name === "number";
}

function assertIn(reserved: ReadonlySet<unknown>, event: unknown): void {
  if (reserved.has(event)) {
    throw codedError("ERR_RESERVED_EVENT", `"${String(event)}" is a reserved event name`);
  }
}

/** Throws for a name that a socket emits for itself. */
export function assertEmittable(event: unknown): void {
  assertIn(SOCKET_EVENTS, event);
}

/** Throws for a name that a namespace emits for itself. */
export function assertServerSideEmittable(event: unknown): void {
  assertIn(NAMESPACE_EVENTS, event);
}
