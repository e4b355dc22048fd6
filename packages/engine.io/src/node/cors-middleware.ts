import { type CorsOptions, type CorsOptionsDelegate, grantCors } from "../core/cors.js";
import type { NodeRequest } from "./http-exchange.js";
import type { Middleware } from "./middleware.js";

/** CORS as the first of the middlewares, so that its headers are on every answer, refusals included. */
export function corsMiddleware(cors: CorsOptions | CorsOptionsDelegate<NodeRequest>): Middleware {
  return (request, response, next) => {
    grantCors(cors, request as NodeRequest, (error, grant) => {
      if (error || !grant) return next(error ?? new Error("no CORS options"));
      for (const [name, value] of Object.entries(grant.headers)) response.setHeader(name, value);
      if (grant.vary.length > 0) {
        response.setHeader("Vary", [response.getHeader("Vary") ?? [], grant.vary].flat(2).join(", "));
      }
      if (grant.preflight === undefined) return next();
      response.statusCode = grant.preflight;
      // Some browsers wait for a body otherwise.
      response.setHeader("Content-Length", "0");
      response.end();
    });
  };
}
