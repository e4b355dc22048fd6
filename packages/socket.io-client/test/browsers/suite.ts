import { Server } from "socket.io-server";
import { type BrowserEngine, hasBrowser, openBrowser, type TestBrowser, type TestPage } from "testkit";
import { afterAll, beforeAll, describe, it } from "vitest";
import { type ServerClass, startHost } from "../behaviour/host.js";
import { BEHAVIOUR } from "../behaviour/index.js";
import type { PageRun } from "../behaviour/page/main.js";
import { type PageServer, servePage } from "../behaviour/page/serve.js";

const transports: [string, PageRun["options"]][] = [
  ["polling", { transports: ["polling"] }],
  ["websocket", { transports: ["websocket"] }],
  ["default transports", {}],
];
/** Milliseconds; on a machine that does other things too, a browser takes its time. */
const STARTING = 90_000;

/**
 * Every scenario in a page of a browser. The page is of one origin, the server of each scenario of another: every request is one
 * across origins, with cookies.
 */
export function behavesIn(engine: BrowserEngine): void {
  describe.skipIf(!hasBrowser(engine))("across origins", () => {
    let server: PageServer | undefined;
    let browser: TestBrowser | undefined;
    let page: TestPage;

    beforeAll(async () => {
      server = await servePage();
      browser = await openBrowser(engine);
      page = await browser.open(server.url);
    }, STARTING);
    afterAll(async () => {
      await browser?.close();
      await server?.close();
    });

    describe.each(transports)("over %s", (_transport, options) => {
      describe.each(Object.entries(BEHAVIOUR))("%s", (area, scenarios) => {
        it.each(Object.entries(scenarios))("%s", async (title, scenario) => {
          const { url: origin, hosts } = server as PageServer;
          const cors = { origin, credentials: true };
          const host = await startHost(Server as unknown as ServerClass, scenario, { cors });
          hosts.set(host.url, host);
          const run: PageRun = { area, title, url: host.url, options: { withCredentials: true, ...options } };
          try {
            await page.evaluate(`runScenario(${JSON.stringify(run)})`);
          } finally {
            hosts.delete(host.url);
            await host.close();
          }
        });
      });
    });
  });
}
