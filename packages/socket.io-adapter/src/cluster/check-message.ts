import { MessageType } from "./message-type.js";

type Check = (data: Record<string, unknown>) => boolean;

const hasOptions: Check = ({ opts }) =>
  isObject(opts) && Array.isArray(opts.rooms) && (opts.except == null || Array.isArray(opts.except));
const hasRequest: Check = ({ requestId }) => typeof requestId === "string";

/** What each kind of message must bring. */
const CHECKS: Partial<Record<number, Check>> = {
  [MessageType.BROADCAST]: (data) => {
    const { packet } = data;
    return hasOptions(data) && isObject(packet) && typeof packet.type === "number" && "data" in packet;
  },
  [MessageType.SOCKETS_JOIN]: (data) => hasOptions(data) && Array.isArray(data.rooms),
  [MessageType.SOCKETS_LEAVE]: (data) => hasOptions(data) && Array.isArray(data.rooms),
  [MessageType.DISCONNECT_SOCKETS]: hasOptions,
  [MessageType.FETCH_SOCKETS]: (data) => hasOptions(data) && hasRequest(data),
  [MessageType.FETCH_SOCKETS_RESPONSE]: (data) => hasRequest(data) && Array.isArray(data.sockets),
  [MessageType.SERVER_SIDE_EMIT]: ({ packet }) => Array.isArray(packet) && typeof packet[0] === "string",
  [MessageType.SERVER_SIDE_EMIT_RESPONSE]: hasRequest,
  [MessageType.BROADCAST_CLIENT_COUNT]: (data) => hasRequest(data) && Number.isInteger(data.clientCount),
  [MessageType.BROADCAST_ACK]: hasRequest,
};

/**
 * Says what is wrong with something that came in as a message, if anything. Types that are not known here pass: they are for
 * servers of a later version.
 */
export function problemOf(message: unknown): string | undefined {
  if (!isObject(message)) return "not an object";
  const { uid, nsp, type, data } = message;
  if (typeof uid !== "string" || uid === "") return "no sender";
  if (typeof nsp !== "string") return "no namespace";
  if (typeof type !== "number") return "no type";
  const check = CHECKS[type];
  if (check && !(isObject(data) && check(data))) return `incomplete (type ${MessageType[type]})`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
