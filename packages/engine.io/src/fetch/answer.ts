import type { EngineRequest, HttpExchange } from "../core/contract.js";
import { ERRORS, type Refusal, refusalMessage, refuse } from "../core/errors.js";
import type { ResolvedOptions } from "../core/options.js";
import { FetchExchange } from "./exchange.js";
import { addHeaders, corsHeaders } from "./headers.js";
import type { Surroundings } from "./runtime.js";

/** What an engine does for a request that came by `fetch`. */
export interface Answerer<R extends EngineRequest> {
  readonly opts: Pick<ResolvedOptions<R>, "cors" | "httpCompression">;
  route(exchange: HttpExchange<R>): void;
  reportRefusal(request: R, refusal: Refusal): void;
  /** Takes over if the request is to become a WebSocket. `headers` are for its answer. */
  upgrade?(headers: Headers): Promise<Response> | undefined;
}

/** The response to a request, CORS included. */
export async function answer<R extends EngineRequest>(
  raw: Request,
  request: R,
  { remoteAddress, delivered }: Surroundings,
  engine: Answerer<R>,
): Promise<Response> {
  let headers: Headers;
  try {
    const cors = await corsHeaders(engine.opts.cors, request);
    if (cors.preflight !== undefined)
      return new Response(null, { status: cors.preflight, headers: cors.headers });
    headers = cors.headers;
  } catch (error) {
    const refusal = middlewareFailure(error);
    engine.reportRefusal(request, refusal);
    return refusedResponse(refusal, new Headers());
  }
  const upgraded = engine.upgrade?.(headers);
  if (upgraded) return upgraded;
  const compression = engine.opts.httpCompression;
  const exchange = new FetchExchange({ raw, request, remoteAddress, compression, headers, delivered });
  engine.route(exchange);
  return exchange.response;
}

/** As on Node.js, where CORS is a middleware. */
function middlewareFailure(error: unknown): Refusal {
  return refuse(ERRORS.BAD_REQUEST, { name: "MIDDLEWARE_FAILURE", error });
}

function refusedResponse(refusal: Refusal, headers: Headers): Response {
  const body = JSON.stringify({ code: refusal.code, message: refusalMessage(refusal) });
  return new Response(body, {
    status: 400,
    headers: addHeaders(headers, { "content-type": "application/json" }),
  });
}
