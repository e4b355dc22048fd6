import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { listen } from "testkit";
import type { RunningHost } from "../host.js";

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

export interface PageServer {
  /** Of the page: another origin than that of any scenario's server. */
  readonly url: string;
  /** The hosts that the page may call, by URL. */
  readonly hosts: Map<string, RunningHost>;
  close(): Promise<void>;
}

/** Serves the page with all scenarios, bundled as an application's bundler would. */
export async function servePage(): Promise<PageServer> {
  const script = await bundle();
  const hosts = new Map<string, RunningHost>();
  const server = createServer(async (request, response) => {
    if (request.url === "/main.js") {
      response.setHeader("content-type", "text/javascript; charset=utf-8");
      response.end(script);
    } else if (request.url === "/call") {
      let body = "";
      for await (const chunk of request.setEncoding("utf8")) body += chunk;
      const { url, method, args } = JSON.parse(body) as { url: string; method: string; args: unknown[] };
      const answer = await Promise.resolve(hosts.get(url)?.call(method, args)).then(
        (value) => ({ value }),
        (error: Error) => ({ error: error.message }),
      );
      response.end(JSON.stringify(answer));
    } else {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end('<!doctype html><title>behaviour</title><script src="/main.js"></script>');
    }
  });
  const { url, close } = await listen(server);
  return { url, hosts, close };
}

async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [here("main.ts")],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    sourcemap: "inline",
    conditions: ["@socket.io/source", "browser"],
    alias: { vitest: here("expect.ts") },
    logLevel: "error",
  });
  return result.outputFiles[0]?.text ?? "";
}
