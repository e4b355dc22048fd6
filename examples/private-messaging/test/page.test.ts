import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Browser,
  type BrowserContext,
  type FaultProxy,
  hasChromium,
  launchChromium,
  type ServerProcess,
  startFaultProxy,
} from "testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { newFolder, startAside } from "./aside.js";
import { Tab } from "./tab.js";

describe.skipIf(!hasChromium())("private messaging in a browser", { timeout: 60_000 }, () => {
  let browser: Browser;
  let server: ServerProcess;
  let proxy: FaultProxy | undefined;
  let contexts: BrowserContext[] = [];
  let tabs: Tab[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });
  afterEach(async () => {
    const problems = tabs.flatMap((tab) => tab.problems);
    await Promise.all(contexts.map((context) => context.close()));
    await proxy?.close();
    await server?.kill();
    contexts = [];
    tabs = [];
    proxy = undefined;
    expect(problems).toEqual([]);
  });

  async function newContext(options = {}): Promise<BrowserContext> {
    const context = await browser.newContext({ viewport: { width: 1080, height: 720 }, ...options });
    contexts.push(context);
    return context;
  }

  async function open(context: BrowserContext, url = server.url): Promise<Tab> {
    const tab = await Tab.open(context, url);
    tabs.push(tab);
    return tab;
  }

  async function person(name: string, url = server.url, options = {}): Promise<Tab> {
    const tab = await open(await newContext(options), url);
    await tab.signIn(name);
    await tab.isSignedInAs(name);
    return tab;
  }

  it("lets two people talk, and nobody else hear it", async () => {
    server = await startAside();
    const ada = await person("Ada");
    await ada.sees("#nobody", "Nobody else");
    const bo = await person("Bo");
    const cy = await person("Cy");
    await ada.pick("Bo");
    const markup = "<img src=x onerror=alert(1)> between us";
    await ada.write(markup);
    await ada.seesMessage(markup);
    await bo.sees(".person:has-text('Ada') .badge", "1");
    expect(await bo.page.title()).toBe("(1) Aside");
    await bo.pick("Ada");
    await bo.seesMessage(markup);
    expect(await bo.page.title()).toBe("Aside");
    await bo.write("of course");
    await ada.seesMessage("of course");
    expect(await ada.messages()).toEqual([markup, "of course"]);
    expect(await ada.page.locator(".message img").count()).toBe(0);
    expect(await cy.page.locator("body").textContent()).not.toContain("between us");

    await contexts[1]?.close();
    await ada.seesPerson("Bo", false);
    await ada.seesPerson("Cy", true);
  });

  it("refuses a name that is taken, and says so", async () => {
    server = await startAside();
    await person("Ada");
    const other = await open(await newContext());
    await other.signIn("ADA");
    await other.sees("#problem", "“ADA” is taken. Choose another name.");
    await other.signIn("Ada too");
    await other.isSignedInAs("Ada too");
  });

  it("keeps who one is over a reload, and all tabs of a person together", async () => {
    server = await startAside();
    const ada = await person("Ada");
    const bo = await person("Bo");
    const second = await open(contexts[0] as BrowserContext);
    await second.isSignedInAs("Ada");
    await ada.pick("Bo");
    await ada.write("from my first tab");
    await second.pick("Bo");
    await second.seesMessage("from my first tab");
    await bo.pick("Ada");
    await bo.write("to both of them");
    await ada.seesMessage("to both of them");
    await second.seesMessage("to both of them");
    expect(await bo.page.locator(".person").count()).toBe(1);

    await ada.page.close();
    await second.write("still here");
    await bo.seesMessage("still here");
    await bo.seesPerson("Ada", true);
    await second.page.reload();
    await second.isSignedInAs("Ada");
    await second.pick("Bo");
    expect(await second.messages()).toEqual(["from my first tab", "to both of them", "still here"]);
  });

  it("brings a tab back to its session after a cut, with what it missed and what it wrote meanwhile", async () => {
    server = await startAside();
    proxy = await startFaultProxy({ target: server.url });
    const ada = await person("Ada", proxy.url);
    const bo = await person("Bo");
    await ada.pick("Bo");
    await bo.pick("Ada");
    await ada.write("before the tunnel");
    await bo.seesMessage("before the tunnel");

    proxy.refuse(true);
    proxy.cut();
    await ada.isLinked("waiting");
    await bo.seesPerson("Ada", false);
    await bo.write("are you in a tunnel?");
    await ada.write("I am in a tunnel");
    await ada.seesMessage("I am in a tunnel", "waiting");
    await bo.seesMessage("are you in a tunnel?");

    proxy.refuse(false);
    await ada.sees('#notice[data-shown="true"]', "You are back. Nothing was missed.");
    await bo.seesMessage("I am in a tunnel");
    await ada.seesMessage("I am in a tunnel");
    await ada.seesMessage("are you in a tunnel?");
    await bo.seesPerson("Ada", true);
    expect((await ada.messages()).sort()).toEqual((await bo.messages()).sort());
  });

  it("survives a killed server: sessions and history are in the store, what waited goes out once", async () => {
    const data = newFolder();
    server = await startAside(data);
    const ada = await person("Ada");
    const bo = await person("Bo");
    await ada.pick("Bo");
    await bo.pick("Ada");
    await ada.write("before the crash");
    await bo.seesMessage("before the crash");

    await server.kill();
    await ada.isLinked("waiting");
    await bo.isLinked("waiting");
    await ada.write("written while away");
    await ada.seesMessage("written while away", "waiting");

    server = await startAside(data, server.port);
    await ada.isLinked("online");
    await bo.seesMessage("written while away");
    await ada.seesMessage("written while away");
    await ada.isSignedInAs("Ada");
    expect(await bo.messages()).toEqual(["before the crash", "written while away"]);
    const late = await person("Cy");
    await late.seesPerson("Ada", true);
  });

  it("signs out everywhere, and lets the name go", async () => {
    server = await startAside();
    const ada = await person("Ada");
    const bo = await person("Bo");
    const second = await open(contexts[0] as BrowserContext);
    await second.isSignedInAs("Ada");
    await ada.page.getByRole("button", { name: "Sign out" }).click();
    await ada.sees("#sign-in", "Your name");
    await second.sees("#sign-in", "Your name");
    await bo.sees("#nobody", "Nobody else");
    await ada.page.reload();
    await ada.sees("#sign-in", "Your name");
    const other = await open(await newContext());
    await other.signIn("Ada");
    await other.isSignedInAs("Ada");
  });

  it("fits a phone, in the dark too", async () => {
    server = await startAside();
    const bo = await person("Bo");
    const phone = { viewport: { width: 390, height: 780 }, hasTouch: true, colorScheme: "dark" };
    const ada = await person("Ada", server.url, phone);
    expect(await ada.page.locator("#conversation").isVisible()).toBe(false);
    await ada.pick("Bo");
    expect(await ada.page.locator("#people").isVisible()).toBe(false);
    await bo.pick("Ada");
    await bo.write("w".repeat(300));
    await ada.seesMessage("www");
    expect(await ada.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    const background = await ada.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(background).toBe("rgb(18, 20, 27)");
    await ada.page.getByRole("button", { name: "Back to the people" }).click();
    await ada.sees(".person", "Bo");
    expect(await ada.page.locator("#conversation").isVisible()).toBe(false);
  });

  it("looks like its portrait", async () => {
    server = await startAside();
    const [ada, bo, chidi] = [await person("Ada"), await person("Bo"), await person("Chidi")];
    const dana = await person("Dana");
    await dana.pick("Ada");
    await dana.write("I left the keys with the neighbour.");
    await dana.seesMessage("keys");
    await dana.page.close();
    await ada.seesPerson("Dana", false);
    await chidi.pick("Ada");
    await chidi.write("Shall we surprise Bo?");
    await ada.pick("Bo");
    await bo.pick("Ada");
    const talk: [Tab, string][] = [
      [bo, "Is the train still on for Saturday?"],
      [ada, "It is. 9:40, platform 4.\nI have the tickets."],
      [bo, "Then I bring the thermos and the map."],
      [ada, "And a pencil, please. Mine never survive a walk."],
      [bo, "Two pencils. See you there."],
    ];
    for (const [tab, text] of talk) {
      await tab.write(text);
      await (tab === ada ? bo : ada).seesMessage(text.split("\n")[0] as string);
    }
    await ada.sees(".person:has-text('Chidi') .badge", "1");
    await ada.page.locator("#text").fill("Until then!");
    await ada.page.locator("#text").blur();
    const image = await ada.page.screenshot({ path: join(imageFolder(), "private-messaging.png") });
    expect(image.length).toBeGreaterThan(15_000);
  });
});

function imageFolder(): string {
  if (process.env.UPDATE_SCREENSHOTS !== "1") return mkdtempSync(join(tmpdir(), "aside-images-"));
  const folder = fileURLToPath(new URL("../../../docs/images", import.meta.url));
  mkdirSync(folder, { recursive: true });
  return folder;
}
