import { requireService } from "../require-service.js";
import { findChromium, launchChromium } from "./chromium.js";
import type { BrowserEngine, TestBrowser } from "./contract.js";
import { unwrapped, wrapped } from "./evaluate.js";
import { findFirefox, openFirefox } from "./firefox.js";
import { findWebKit, openWebKit } from "./webkit.js";

interface Launcher {
  readonly title: string;
  readonly howToInstall: string;
  found(): boolean;
  /** Only when found. */
  open(): Promise<TestBrowser>;
}

const LAUNCHERS: Record<BrowserEngine, Launcher> = {
  chromium: {
    title: "Chromium",
    howToInstall: "apt-get install chromium, or set CHROMIUM_PATH",
    found: () => findChromium() !== undefined,
    open: openChromium,
  },
  firefox: {
    title: "Firefox",
    howToInstall: "apt-get install firefox-esr, or set FIREFOX_PATH",
    found: () => findFirefox() !== undefined,
    open: () => openFirefox(findFirefox() as string),
  },
  webkit: {
    title: "WebKit",
    howToInstall: "apt-get install webkit2gtk-driver xvfb",
    found: () => findWebKit() !== undefined,
    open: () => openWebKit(findWebKit() as NonNullable<ReturnType<typeof findWebKit>>),
  },
};

export const BROWSER_ENGINES = Object.keys(LAUNCHERS) as BrowserEngine[];

/**
 * For suites that need a browser of that engine.
 *
 * @example describe.skipIf(!hasBrowser("firefox"))("in Firefox", () => {});
 */
export function hasBrowser(engine: BrowserEngine): boolean {
  const { title, howToInstall, found } = LAUNCHERS[engine];
  return requireService(title, found(), howToInstall);
}

/**
 * A headless browser of that engine, the same few things in each. What only Chromium can do is on {@link launchChromium}.
 *
 * @example
 * const browser = await openBrowser("webkit");
 * const page = await browser.open(url);
 * expect(await page.evaluate("document.title")).toBe("hello");
 */
export async function openBrowser(engine: BrowserEngine): Promise<TestBrowser> {
  const { title, found, open } = LAUNCHERS[engine];
  if (!found()) throw new Error(`no ${title}: ask hasBrowser("${engine}") first`);
  return open();
}

async function openChromium(): Promise<TestBrowser> {
  const browser = await launchChromium();
  return {
    async open(url) {
      const context = await browser.newContext();
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
