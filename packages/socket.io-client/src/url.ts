import { coded } from "./errors.js";

/** A server and a namespace, out of one URL. */
export interface Target {
  /** The complete URL, which the engine takes its query from. */
  source: string;
  /** Scheme, host and port: what namespaces that can share a connection have in common. */
  origin: string;
  /** The namespace. */
  nsp: string;
}

/**
 * Completes a URL with the address of the page.
 *
 * @param url like `http://host/nsp?query`, `//host`, `host:3000`, `/nsp` or nothing
 * @param page where the page comes from, if there is one
 * @throws `ERR_INVALID_URL`, and `ERR_NO_LOCATION` when there is no page to take the host from
 */
export function resolveTarget(url?: string | null, page?: Pick<Location, "protocol" | "host">): Target {
  let source = url || "/";
  if (/^\/(?!\/)/.test(source)) {
    if (!page?.host) throw coded('no page to take the host from: call io("http://host")', "NO_LOCATION");
    source = `//${page.host}${source}`;
  }
  if (!/^[\w+.-]+:\/\//.test(source)) {
    source = `${page ? page.protocol : "https:"}//${source.replace(/^\/\//, "")}`;
  }
  const [, origin, nsp] = /^((?:http|ws)s?:\/\/[^/?#]+)([^?#]*)/.exec(source) ?? [];
  if (!origin) throw coded(`invalid URL: ${url}`, "INVALID_URL");
  return { source, origin, nsp: nsp || "/" };
}
