import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { brotliCompress, deflate, gzip } from "node:zlib";
import { corsMiddleware } from "engine.io/internal";
import type { ServerOptions } from "../server-options.js";
import type { ClientFiles } from "./contract.js";

const ENCODERS = {
  br: promisify<Uint8Array, Buffer>(brotliCompress),
  gzip: promisify<Uint8Array, Buffer>(gzip),
  deflate: promisify<Uint8Array, Buffer>(deflate),
};

type Encoding = keyof typeof ENCODERS;

/** A file, with what has been made of it. */
interface Served {
  content: Uint8Array;
  etag: string;
  encoded: Partial<Record<Encoding, Promise<Buffer>>>;
}

/** Answers requests for bundles. Each is read, hashed and compressed once. */
export function clientFilesHandler(files: ClientFiles, cors: ServerOptions["cors"]) {
  const served = new Map<string, Promise<Served | undefined>>();
  const grant = cors && corsMiddleware(cors);

  return (name: string, req: IncomingMessage, res: ServerResponse): void => {
    const answer = (): void => {
      let file = served.get(name);
      if (!file) {
        file = load(files.resolve(name));
        served.set(name, file);
      }
      file.then((found) => send(found, name, req, res)).catch(() => res.destroy());
    };
    if (grant) grant(req, res, (error) => (error ? fail(res, 500) : answer()));
    else answer();
  };
}

/** Answers a request with a file, whatever it is named. */
export async function sendFile(path: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
  await send(await load(path), path, req, res);
}

async function load(source: string | Uint8Array | undefined): Promise<Served | undefined> {
  if (source === undefined) return undefined;
  let content: Uint8Array;
  try {
    content = typeof source === "string" ? await readFile(source) : source;
  } catch {
    return undefined;
  }
  const etag = `"${createHash("sha256").update(content).digest("base64url").slice(0, 27)}"`;
  return { content, etag, encoded: {} };
}

async function send(
  file: Served | undefined,
  name: string,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  if (!file) return fail(res, 404);
  appendVary(res, "Accept-Encoding");
  res.setHeader("ETag", file.etag);
  res.setHeader("Cache-Control", "public, max-age=0");
  if (isCurrent(req.headers["if-none-match"], file.etag)) {
    res.writeHead(304);
    res.end();
    return;
  }
  const encoding = chooseEncoding(req.headers["accept-encoding"]);
  let body = file.content;
  if (encoding) {
    file.encoded[encoding] ??= ENCODERS[encoding](file.content);
    body = await file.encoded[encoding];
    res.setHeader("Content-Encoding", encoding);
  }
  const type = name.endsWith(".map") ? "json" : "javascript";
  res.writeHead(200, {
    "Content-Type": `application/${type}; charset=utf-8`,
    "Content-Length": body.byteLength,
  });
  res.end(req.method === "HEAD" ? undefined : body);
}

function fail(res: ServerResponse, status: number): void {
  res.writeHead(status);
  res.end();
}

function appendVary(res: ServerResponse, name: string): void {
  const vary = res.getHeader("Vary");
  res.setHeader("Vary", vary ? `${vary}, ${name}` : name);
}

function isCurrent(ifNoneMatch: string | undefined, etag: string): boolean {
  if (!ifNoneMatch) return false;
  return ifNoneMatch.split(",").some((one) => {
    const tag = one.trim();
    return tag === "*" || tag === etag || tag === `W/${etag}`;
  });
}

/** The encoding that the client likes best; among equals the one that makes the file smallest. */
function chooseEncoding(header = ""): Encoding | undefined {
  const weights = new Map<string, number>();
  for (const part of header.toLowerCase().split(",")) {
    const [coding = "", ...parameters] = part.split(";").map((text) => text.trim());
    const q = parameters.find((text) => text.startsWith("q="));
    weights.set(coding, q ? Number(q.slice(2)) || 0 : 1);
  }
  const weightOf = (coding: string) => weights.get(coding) ?? weights.get("*") ?? 0;
  let best: Encoding | undefined;
  let bestWeight = 0;
  for (const encoding of Object.keys(ENCODERS) as Encoding[]) {
    const weight = weightOf(encoding);
    if (weight > bestWeight) {
      best = encoding;
      bestWeight = weight;
    }
  }
  return bestWeight < (weights.get("identity") ?? 0) ? undefined : best;
}
