type Encoding = "gzip" | "deflate";

/** What the runtime can compress by the web's own means. */
export const ENCODINGS: readonly Encoding[] =
  typeof CompressionStream === "undefined" ? [] : ["gzip", "deflate"];

export async function compress(
  body: Uint8Array<ArrayBuffer>,
  encoding: Encoding,
): Promise<Uint8Array<ArrayBuffer>> {
  const compressed = new Response(body).body?.pipeThrough(new CompressionStream(encoding));
  return new Uint8Array(await new Response(compressed).arrayBuffer());
}
