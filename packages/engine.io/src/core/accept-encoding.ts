import Negotiator from "negotiator";
import type { EngineRequest } from "./contract.js";
import type { CompressionOptions } from "./options.js";

/** The encoding for a response of that size, if it is to be compressed; the first where the client does not mind. */
export function chooseEncoding<Encoding extends string>(
  request: EngineRequest,
  size: number,
  { threshold = 1024 }: CompressionOptions,
  available: readonly Encoding[],
): Encoding | undefined {
  if (size < threshold || !request.headers["accept-encoding"]) return undefined;
  const chosen = new Negotiator(request).encoding([...available, "identity"]);
  return available.find((encoding) => encoding === chosen);
}
