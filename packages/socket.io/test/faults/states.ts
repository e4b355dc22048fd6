import type { Direction } from "testkit";

/** What is known of a connection when a chunk passes. */
export interface Seen {
  direction: Direction;
  /** One character for each byte. */
  text: string;
  /** The first line of the last HTTP request on this connection. */
  request: string;
  /** How many chunks of WebSocket frames have gone this way, this one included. */
  frames: number;
  /** Whether the server has answered a probe, on whatever connection. */
  isProbed: boolean;
}

export interface State {
  name: string;
  /** Whether the chunk is what the state is about. */
  matches(seen: Seen): boolean;
}

const toServer = (matches: (seen: Seen) => boolean) => (seen: Seen) =>
  seen.direction === "toServer" && matches(seen);
const toClient = (matches: (seen: Seen) => boolean) => (seen: Seen) =>
  seen.direction === "toClient" && matches(seen);
const isPoll = (request: string) => /^GET \S*transport=polling\S*sid=/.test(request);

const UPGRADE: State[] = [
  { name: "the upgrade request", matches: toServer(({ text }) => /upgrade: websocket/i.test(text)) },
  { name: "the upgrade response", matches: toClient(({ text }) => text.startsWith("HTTP/1.1 101")) },
];
const LATER: State[] = [
  { name: "a later frame to the server", matches: toServer(({ frames }) => frames === 5) },
  { name: "a later frame to the client", matches: toClient(({ frames }) => frames === 5) },
];

/** What is said without polling. */
export const WEBSOCKET_STATES: State[] = [
  ...UPGRADE,
  { name: "the first frame to the client", matches: toClient(({ frames }) => frames === 1) },
  { name: "the first frame to the server", matches: toServer(({ frames }) => frames === 1) },
  ...LATER,
];

/** What is said from the first poll until a while after the upgrade, in the order in which it is said. */
export const POLLING_STATES: State[] = [
  {
    name: "the handshake request",
    matches: toServer(({ text }) => /^GET \S*transport=polling/.test(text) && !isPoll(text)),
  },
  { name: "the handshake response", matches: toClient(({ text }) => text.includes('0{"sid":')) },
  { name: "the first POST", matches: toServer(({ text }) => text.startsWith("POST ")) },
  { name: "the response to a POST", matches: toClient(({ request }) => request.startsWith("POST ")) },
  { name: "a poll", matches: toServer(({ text }) => isPoll(text)) },
  { name: "the namespace in a poll", matches: toClient(({ text }) => text.includes('40{"sid":')) },
  ...UPGRADE,
  { name: "the probe", matches: toServer(({ frames }) => frames === 1) },
  {
    name: "the answer to the probe",
    matches: toClient(({ text, frames }) => frames > 0 && text.includes("3probe")),
  },
  {
    name: "the end of the last poll",
    matches: toClient(({ request, isProbed }) => isProbed && isPoll(request)),
  },
  { name: "the upgrade packet", matches: toServer(({ frames }) => frames === 2) },
  ...LATER,
];

/** Follows the connections of a proxy, and tells what each chunk is. */
export class Watcher {
  #isProbed = false;
  readonly #connections = new Map<number, { request: string; frames: Record<Direction, number> }>();

  see(connection: number, direction: Direction, bytes: Buffer): Seen {
    const text = bytes.toString("latin1");
    let known = this.#connections.get(connection);
    if (!known) {
      known = { request: "", frames: { toServer: 0, toClient: 0 } };
      this.#connections.set(connection, known);
    }
    const isUpgraded = known.frames.toClient > 0 || known.frames.toServer > 0;
    if (direction === "toServer" && /^(GET|POST) /.test(text))
      known.request = text.split("\r\n", 1)[0] as string;
    else if (/transport=websocket/.test(known.request) && (isUpgraded || !text.startsWith("HTTP/"))) {
      known.frames[direction]++;
    }
    if (direction === "toClient" && isUpgraded && text.includes("3probe")) this.#isProbed = true;
    return {
      direction,
      text,
      request: known.request,
      frames: known.frames[direction],
      isProbed: this.#isProbed,
    };
  }
}
