import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { WebDriver } from "selenium-webdriver";
import { findExecutable } from "../find-executable.js";
import { freePort } from "../listen.js";
import { within } from "../timeout.js";
import type { TestBrowser, TestPage } from "./contract.js";
import { unwrapped, wrapped } from "./evaluate.js";

/** What WebKitGTK needs to be driven without a screen. */
export interface WebKit {
  readonly driver: string;
  readonly miniBrowser: string;
  readonly display: string;
}

const LIBRARIES = "/usr/lib";
/** Milliseconds that a script may take: longer than any wait inside of one, so that the wait says what was awaited. */
const SCRIPT_TIMEOUT = 60_000;

export function findWebKit(): WebKit | undefined {
  const driver = findExecutable("WebKitWebDriver");
  const display = findExecutable("Xvfb");
  const miniBrowser = process.env.MINIBROWSER_PATH || findMiniBrowser();
  return driver && display && miniBrowser ? { driver, display, miniBrowser } : undefined;
}

/** `/usr/lib/<architecture>/webkit2gtk-<version>/MiniBrowser`. */
function findMiniBrowser(): string | undefined {
  for (const architecture of entries(LIBRARIES)) {
    if (!architecture.includes("-linux-")) continue;
    const folder = join(LIBRARIES, architecture);
    for (const name of entries(folder)) {
      if (!name.startsWith("webkit2gtk-")) continue;
      if (entries(join(folder, name)).includes("MiniBrowser")) return join(folder, name, "MiniBrowser");
    }
  }
  return undefined;
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** WebKitGTK's MiniBrowser on a screen of its own that nobody sees, driven over WebDriver. */
export async function openWebKit({ driver, miniBrowser, display }: WebKit): Promise<TestBrowser> {
  const screen = spawn(display, ["-displayfd", "1", "-nolisten", "tcp"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const children: ChildProcess[] = [screen];
  try {
    const [number] = await within(once(screen.stdout, "data"), "Xvfb to say its number");
    const port = await freePort();
    const service = spawn(driver, ["--host=127.0.0.1", `--port=${port}`], {
      env: { ...process.env, DISPLAY: `:${String(number).trim()}` },
      stdio: "ignore",
    });
    children.unshift(service);
    const url = `http://127.0.0.1:${port}`;
    await within(answers(service, `${url}/status`), "WebKitWebDriver to answer");
    const { Builder, Capabilities } = await import("selenium-webdriver");
    const wanted = new Capabilities({
      browserName: "MiniBrowser",
      "webkitgtk:browserOptions": { binary: miniBrowser, args: ["--automation"] },
    });
    const session = await new Builder().usingServer(url).withCapabilities(wanted).build();
    await session.manage().setTimeouts({ script: SCRIPT_TIMEOUT });
    return pages(session, await session.getWindowHandle(), () => endAll(children));
  } catch (error) {
    await endAll(children);
    throw error;
  }
}

/** @param home the window that was there first, and stays: from a closed one nothing can be opened */
function pages(session: WebDriver, home: string, end: () => Promise<void>): TestBrowser {
  // A session looks at one window at a time: what pages are asked is done one after the other.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => {});
    return turn;
  };
  return {
    open: (url) =>
      inTurn(async () => {
        await session.switchTo().window(home);
        await session.switchTo().newWindow("tab");
        const handle = await session.getWindowHandle();
        await session.get(url);
        const inWindow = <T>(work: () => Promise<T>) =>
          inTurn(async () => {
            await session.switchTo().window(handle);
            return work();
          });
        const page: TestPage = {
          evaluate: (expression) =>
            inWindow(async () =>
              unwrapped(await session.executeAsyncScript(`${wrapped(expression)}.then(arguments[0])`)),
            ),
          close: () => inWindow(() => session.close()),
        };
        return page;
      }),
    async close() {
      try {
        await inTurn(() => session.quit());
      } finally {
        await end();
      }
    },
  };
}

async function answers(service: ChildProcess, url: string): Promise<void> {
  for (;;) {
    if (service.exitCode !== null) throw new Error(`WebKitWebDriver ended with code ${service.exitCode}`);
    const reply = await fetch(url).catch(() => undefined);
    if (reply?.ok) return;
    await delay(20);
  }
}

/** The driver before its screen. */
async function endAll(children: ChildProcess[]): Promise<void> {
  for (const child of children) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) continue;
    const exit = once(child, "exit");
    child.kill();
    await exit;
  }
}
