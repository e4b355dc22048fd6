import { codedError } from "../errors.js";
import type { ServerOptions } from "../server/server-options.js";
import { type ClassicAuthorization, toAllowRequest } from "./authorization.js";
import { translateTransports } from "./transport-names.js";

type Option = [name: keyof ServerOptions, value: unknown];

const seconds = (value: unknown): number => {
  const ms = Number(value) * 1000;
  if (!(ms > 0)) throw codedError("ERR_INVALID_OPTION", `expected a number of seconds above 0, not ${value}`);
  return ms;
};

/** What the settings of the original API are today. Those that are not here are kept, and change nothing. */
const TRANSLATIONS: Readonly<Record<string, (value: unknown) => Option>> = {
  "heartbeat interval": (value) => ["pingInterval", seconds(value)],
  "heartbeat timeout": (value) => ["pingTimeout", seconds(value)],
  "destroy buffer size": (value) => ["maxHttpBufferSize", Number(value)],
  "destroy upgrade": (value) => ["destroyUpgrade", Boolean(value)],
  resource: (value) => ["path", String(value)],
  "browser client": (value) => ["serveClient", Boolean(value)],
  authorization: (value) => ["allowRequest", toAllowRequest(value as ClassicAuthorization)],
  origins: (value) => ["cors", value === "*:*" || value === "*" ? { origin: "*" } : { origin: value }],
};

/** Where a translated setting goes. */
export interface ClassicTarget {
  _setOption(name: keyof ServerOptions, value: unknown): void;
}

/** `io.set`, `io.get` and the like, of the original API. */
export class ClassicSettings {
  readonly #target: ClassicTarget;
  readonly #values = new Map<string, unknown>();
  readonly #warned = new Set<string>();

  constructor(target: ClassicTarget) {
    this.#target = target;
  }

  get(name: string): unknown {
    return this.#values.get(name);
  }

  set(name: string, value: unknown): void {
    const option = name === "transports" ? this.#transports(value) : this.#translate(name, value);
    if (option) this.#target._setOption(...option);
    this.#values.set(name, value);
  }

  #translate(name: string, value: unknown): Option | undefined {
    return Object.hasOwn(TRANSLATIONS, name) ? TRANSLATIONS[name]?.(value) : undefined;
  }

  #transports(value: unknown): Option {
    const { transports, dead } = translateTransports(value as string[]);
    for (const name of dead) {
      if (this.#warned.has(name)) continue;
      this.#warned.add(name);
      process.emitWarning(`the transport "${name}" no longer exists and is ignored`, {
        code: "SOCKET_IO_DEAD_TRANSPORT",
      });
    }
    return ["transports", transports];
  }
}
