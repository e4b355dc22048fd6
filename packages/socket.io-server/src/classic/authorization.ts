import type { IncomingMessage } from "node:http";
import { buildHandshake, type Handshake } from "../socket/handshake.js";

/** The `authorization` setting of the original API. */
export type ClassicAuthorization = (
  handshake: Omit<Handshake, "auth">,
  accept: (error: Error | string | null, authorized: boolean) => void,
) => void;

type AllowRequest = (
  request: IncomingMessage,
  callback: (error: string | null, allowed: boolean) => void,
) => void;

export function toAllowRequest(authorize: ClassicAuthorization): AllowRequest {
  return (request, callback) => {
    const handshake = buildHandshake(request, request.socket.remoteAddress ?? "", {}, Date.now());
    authorize(handshake, (error, authorized) =>
      callback(error ? (error instanceof Error ? error.message : error) : null, authorized),
    );
  };
}
