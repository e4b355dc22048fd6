import { findExecutable } from "../find-executable.js";
import type { TestBrowser } from "./contract.js";
import { unwrapped, wrapped } from "./evaluate.js";

/** The Firefox to use: `FIREFOX_PATH`, else the first of the usual names on the `PATH`. */
export function findFirefox(): string | undefined {
  return process.env.FIREFOX_PATH || findExecutable("firefox-esr", "firefox");
}

/** A headless Firefox, driven over WebDriver BiDi. */
export async function openFirefox(executablePath: string): Promise<TestBrowser> {
  const { default: puppeteer } = await import("puppeteer-core");
  const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
  return {
    async open(url) {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      await page.goto(url);
      return {
        evaluate: async (expression) => unwrapped(await page.evaluate(wrapped(expression))),
        close: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
}
