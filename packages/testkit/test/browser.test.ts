import { createServer } from "node:http";
import { describe, expect, it, vi } from "vitest";
import { findChromium, hasChromium, launchChromium, listen } from "../src/index.js";

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
  });
});
