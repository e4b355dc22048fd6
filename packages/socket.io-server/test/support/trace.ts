import { inspect } from "node:util";
import type { ServerOptions } from "../../src/index.js";
import { type ServerImplementation, type Started, start } from "./start.js";

interface ScenarioContext extends Started {
  /** Records what was seen; ids are replaced by names in the order they appear. */
  log(...seen: unknown[]): void;
}

export type Scenario = (context: ScenarioContext) => Promise<void>;

/** What a scenario records on a server. */
export async function trace(
  Implementation: ServerImplementation,
  scenario: Scenario,
  options: Partial<ServerOptions> = {},
): Promise<string[]> {
  const started = await start(options, Implementation);
  const lines: string[] = [];
  const names = new Map<string, string>();
  const anonymous = (text: string) =>
    text.replaceAll(String(started.port), "<port>").replace(/[\w-]{20}(?![\w-])/g, (id) => {
      if (!/[A-Z\d]/.test(id)) return id;
      const name = names.get(id) ?? `<id ${names.size}>`;
      names.set(id, name);
      return name;
    });
  const log = (...seen: unknown[]) => {
    lines.push(anonymous(seen.map((one) => render(one)).join(" ")));
  };
  try {
    await scenario({ ...started, log });
  } finally {
    await started.close();
  }
  return lines;
}

function render(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return inspect(value, { depth: 6, breakLength: Number.POSITIVE_INFINITY });
}
