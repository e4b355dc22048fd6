import type { Page } from "playwright-core";

/**
 * Collects what goes wrong in a page: exceptions, and what the browser refused to load. A network that fails is not counted: tests
 * make it fail.
 */
export function watchPage(page: Page): string[] {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    const isAboutTheNetwork = /ERR_|WebSocket connection/.test(message.text());
    if (message.type() === "error" && !isAboutTheNetwork) problems.push(message.text());
  });
  return problems;
}
