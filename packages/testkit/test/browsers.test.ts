import { createServer } from "node:http";
import { describe, expect, it, vi } from "vitest";
import {
  BROWSER_ENGINES,
  findChromium,
  hasBrowser,
  hasChromium,
  launchChromium,
  listen,
  openBrowser,
} from "../src/index.js";

it("prefers CHROMIUM_PATH", () => {
  vi.stubEnv("CHROMIUM_PATH", "/opt/a-browser");
  expect(findChromium()).toBe("/opt/a-browser");
  vi.unstubAllEnvs();
});

describe.skipIf(!hasChromium())("Chromium", () => {
  it("loads a page, each context with storage of its own", async () => {
    const { url, close } = await listen(
      createServer((_, response) => {
        response.setHeader("content-type", "text/html");
        response.end("<title>hello</title>");
      }),
    );
    const browser = await launchChromium();
    try {
      const first = await (await browser.newContext()).newPage();
      const second = await (await browser.newContext()).newPage();
      for (const page of [first, second]) await page.goto(url);
      expect(await first.title()).toBe("hello");
      await first.evaluate("localStorage.setItem('a', '1')");
      expect(await first.evaluate("localStorage.getItem('a')")).toBe("1");
      expect(await second.evaluate("localStorage.getItem('a')")).toBeNull();
    } finally {
      await browser.close();
      await close();
    }
    expect(browser.isConnected()).toBe(false);
  }, 60_000);
});

describe.each(BROWSER_ENGINES)("a browser of the engine %s", (engine) => {
  it.skipIf(!hasBrowser(engine))(
    "evaluates in its pages, and says what went wrong there",
    async () => {
      const { url, close } = await listen(
        createServer((request, response) => {
          response.setHeader("content-type", "text/html");
          response.end(`<title>${request.url}</title>`);
        }),
      );
      const browser = await openBrowser(engine);
      try {
        const [first, second] = [await browser.open(`${url}/1`), await browser.open(`${url}/2`)];
        expect(await first.evaluate("document.title")).toBe("/1");
        expect(await second.evaluate("Promise.resolve({ title: document.title, at: [1, null] })")).toEqual({
          title: "/2",
          at: [1, null],
        });
        expect(await first.evaluate("undefined")).toBeUndefined();
        await expect(first.evaluate("(() => { throw new TypeError('thrown') })()")).rejects.toThrow(
          /in the page: TypeError: thrown/,
        );
        await expect(first.evaluate("Promise.reject(new Error('later'))")).rejects.toThrow(/Error: later/);
        await second.close();
        expect(await first.evaluate("1 + 1")).toBe(2);
        await first.close();
        expect(await (await browser.open(`${url}/3`)).evaluate("document.title")).toBe("/3");
      } finally {
        await browser.close();
        await close();
      }
    },
    60_000,
  );
});
