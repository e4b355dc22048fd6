import type { Browser } from "playwright-core";
import { findExecutable } from "../find-executable.js";
import { requireService } from "../require-service.js";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

// The sandbox needs privileges that containers lack; the rest keeps the browser from talking to anyone but the test.
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface BrowserOptions {
  /** More command line arguments. */
  args?: string[];
}

/** The Chromium to use: `CHROMIUM_PATH`, else the first of the usual names on the `PATH`. */
export function findChromium(): string | undefined {
  return process.env.CHROMIUM_PATH || findExecutable(...NAMES);
}

/**
 * For suites that need a browser.
 *
 * @example describe.skipIf(!hasChromium())("in a browser", () => {});
 */
export function hasChromium(): boolean {
  return requireService("Chromium", findChromium(), "apt-get install chromium, or set CHROMIUM_PATH");
}

/**
 * A headless Chromium with an empty profile of its own, deleted by `browser.close()`. Every `browser.newContext()` has its
 * own cookies and storage.
 *
 * @example
 * const browser = await launchChromium();
 * const page = await browser.newPage();
 */
export async function launchChromium({ args = [] }: BrowserOptions = {}): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("no Chromium: ask hasChromium() first");
  const { chromium } = await import("playwright-core");
  return chromium.launch({ executablePath, headless: true, args: [...ARGS, ...args] });
}
