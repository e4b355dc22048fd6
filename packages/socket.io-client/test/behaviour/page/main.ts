// The entry of the page: the client halves of all scenarios.
import { BEHAVIOUR } from "../index.js";
import type { ClientOptions } from "../scenario.js";
import { perform } from "../stage.js";

export interface PageRun {
  area: string;
  title: string;
  /** The scenario's server. */
  url: string;
  options: ClientOptions;
}

const uncaught: unknown[] = [];
addEventListener("error", ({ error, message }) => uncaught.push(error ?? message));
addEventListener("unhandledrejection", ({ reason }) => uncaught.push(reason));

/** Runs a scenario against its server; the host's methods are called at the page's own server. */
async function runScenario({ area, title, url, options }: PageRun): Promise<void> {
  const scenario = BEHAVIOUR[area]?.[title];
  if (scenario === undefined) throw new Error(`no scenario "${area}: ${title}"`);
  const call = async (method: string, args: unknown[]) => {
    const response = await fetch("/call", { method: "POST", body: JSON.stringify({ url, method, args }) });
    const { value, error } = (await response.json()) as { value?: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return value;
  };
  uncaught.length = 0;
  await perform(scenario, url, call, options);
  if (uncaught.length > 0) throw uncaught[0];
}

Object.assign(globalThis, { runScenario });
