import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  request as open,
  type ServerResponse,
} from "node:http";
import { codedError } from "./errors.js";
import type { NodeAddress } from "./link.js";
import { requestHeaders, responseHeaders } from "./relay-headers.js";

/** Beyond what any server takes from its clients: what arrived here goes through. */
export const MAX_HEADER_SIZE = 1024 * 1024;

export interface Relay {
  readonly address: NodeAddress;
  readonly agent: Agent;
  readonly secret: string | undefined;
  /** How many bytes of a request body are read. */
  readonly maxBody: number;
  /** How many milliseconds the owner has to begin its answer. */
  readonly timeout: number;
  /** The owner is not there, or does not answer. The client has got nothing yet. */
  failed(error: Error): void;
  /** It is over, one way or the other. */
  done(): void;
}

/**
 * Has the owner of a session answer a request.
 *
 * @returns a function that gives up
 */
export function relayRequest(request: IncomingMessage, response: ServerResponse, relay: Relay): () => void {
  const { address, agent, secret, maxBody } = relay;
  const upstream = open({
    ...("path" in address ? { socketPath: address.path } : address),
    agent,
    method: request.method ?? "GET",
    path: request.url ?? "/",
    headers: requestHeaders(request, secret),
    setHost: false,
    maxHeaderSize: MAX_HEADER_SIZE,
  });
  const timer = setTimeout(() => {
    upstream.destroy(codedError("ERR_RELAY_TIMEOUT", "the process that holds the session does not answer"));
  }, relay.timeout);
  let reply: IncomingMessage | undefined;

  upstream.on("response", (incoming) => {
    clearTimeout(timer);
    reply = incoming;
    response.writeHead(
      incoming.statusCode as number,
      responseHeaders(incoming, request.httpVersionMajor > 1),
    );
    incoming.pipe(response);
    // Cut short: so is what the client gets.
    incoming.on("error", () => response.destroy());
  });
  upstream.on("error", (error) => {
    clearTimeout(timer);
    // With an answer there it is the rest of the body that was not wanted; `incoming` tells about the answer itself.
    if (reply || response.destroyed) return;
    response.off("close", onClose);
    relay.done();
    relay.failed(error);
  });
  const onClose = (): void => {
    clearTimeout(timer);
    // Also when the client has gone while the owner had nothing to say: then it learns so.
    if (!reply?.complete) upstream.destroy();
    relay.done();
  };
  response.on("close", onClose);
  sendBody(request, upstream, maxBody);
  return () => {
    if (reply) response.destroy();
    else upstream.destroy(codedError("ERR_RELAY_CLOSED", "this process was closed"));
  };
}

/** Sends a body no further than to the byte that makes it too large: the owner reads all that it gets, then says so. */
function sendBody(request: IncomingMessage, upstream: ClientRequest, maxBody: number): void {
  if (Number(request.headers["content-length"]) > maxBody) {
    upstream.flushHeaders();
    return;
  }
  let left = maxBody + 1;
  request.on("data", (chunk: Buffer) => {
    const part = chunk.subarray(0, left);
    left -= part.length;
    if (part.length > 0 && !upstream.write(part)) request.pause();
  });
  upstream.on("drain", () => request.resume());
  request.on("end", () => {
    if (left > 0) upstream.end();
  });
}
