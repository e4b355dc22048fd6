import { type IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/**
 * The response that middlewares see during an upgrade. What they set as headers joins the answer to the upgrade; when they answer
 * by themselves, the client gets that answer and there is no upgrade.
 */
export function upgradeResponse(request: IncomingMessage, socket: Duplex): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  // The types ask for a `net.Socket`; any stream does.
  response.assignSocket(socket as Parameters<ServerResponse["assignSocket"]>[0]);
  response.on("finish", () => socket.end());
  return response;
}

/** Takes the headers out of the response, and the response off its socket. */
export function releaseUpgradeResponse(response: ServerResponse, socket: Duplex): OutgoingHttpHeaders {
  response.removeAllListeners("finish");
  response.detachSocket(socket as Parameters<ServerResponse["detachSocket"]>[0]);
  // Written nowhere, but it is what middlewares wait for that add their headers last: those of sessions, for one.
  response.writeHead(101);
  return { ...response.getHeaders() };
}
