import type { Headers as EngineHeaders, EngineRequest } from "../core/contract.js";
import { type CorsOptions, type CorsOptionsDelegate, grantCors } from "../core/cors.js";

/** Sets what the engine has to say, over what was there. */
export function addHeaders(target: Headers, headers: EngineHeaders): Headers {
  for (const [name, value] of Object.entries(headers)) {
    if (!Array.isArray(value)) {
      target.set(name, String(value));
      continue;
    }
    target.delete(name);
    for (const one of value) target.append(name, one);
  }
  return target;
}

/** What CORS adds to every answer to a request. */
interface Cors {
  readonly headers: Headers;
  /** The status of the answer when the request was a preflight and is answered by it. */
  readonly preflight: number | undefined;
}

/** Asks the application where it decides; its error is that of the promise. */
export async function corsHeaders<R extends EngineRequest>(
  cors: CorsOptions | CorsOptionsDelegate<R> | undefined,
  request: R,
): Promise<Cors> {
  const headers = new Headers();
  if (!cors) return { headers, preflight: undefined };
  return new Promise((resolve, reject) => {
    grantCors(cors, request, (error, grant) => {
      if (error || !grant) return reject(error ?? new Error("no CORS options"));
      addHeaders(headers, grant.headers);
      if (grant.vary.length > 0) headers.set("Vary", grant.vary.join(", "));
      resolve({ headers, preflight: grant.preflight });
    });
  });
}
