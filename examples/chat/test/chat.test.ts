import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hasChromium, launchChromium } from "testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ChatProcess, startChat } from "./chat-process.js";
import { png } from "./png.js";
import { type Browser, type Context, type Picture, Tab } from "./tab.js";

const VALLEY: Picture = { name: "valley.png", mimeType: "image/png", buffer: png(642, 428) };
const MINUTE = 60_000;

describe.skipIf(!hasChromium())("the chat in a browser", { timeout: MINUTE }, () => {
  let browser: Browser;
  let chat: ChatProcess;
  let contexts: Context[] = [];
  let tabs: Tab[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });
  // A server for each test: nicknames, rooms and history start from nothing.
  afterEach(async () => {
    const problems = tabs.flatMap((tab) => tab.problems);
    await Promise.all(contexts.map((context) => context.close()));
    await chat?.kill();
    contexts = [];
    tabs = [];
    expect(problems).toEqual([]);
  });

  async function person(name: string, query = ""): Promise<Tab> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    contexts.push(context);
    const tab = await tabOf(context, query);
    await tab.join(name);
    return tab;
  }

  async function tabOf(context: Context, query = ""): Promise<Tab> {
    const tab = await Tab.open(context, `${chat.url}/${query}`);
    tabs.push(tab);
    return tab;
  }

  it("lets two people talk: presence, typing, ticks, and text that stays text", async () => {
    chat = await startChat();
    const ada = await person("Ada");
    await ada.write("anybody here?");
    await ada.seesState("anybody here?", "sent");
    const bo = await person("Bo");
    await bo.seesMessage("anybody here?");
    await ada.seesState("anybody here?", "delivered");
    await ada.seesOnline("Bo");
    await bo.seesOnline("Ada");

    await bo.page.locator("#text").pressSequentially("I a");
    await ada.sees("#typing", "Bo is typing");
    const markup = "<img src=x onerror=alert(1)> <b>bold</b>";
    await bo.write(markup);
    await ada.seesMessage(markup);
    await ada.seesNo("#typing[data-active=true]");
    await bo.seesState(markup, "seen");
    expect(await ada.page.locator(".message img, .message b").count()).toBe(0);

    await contexts[1]?.close();
    await ada.seesOnline("Bo", false);
  });

  it("refuses a nickname in use, and says so", async () => {
    chat = await startChat();
    await person("Ada");
    const context = await browser.newContext();
    contexts.push(context);
    const other = await tabOf(context);
    await other.page.getByLabel("Nickname").first().fill("ADA");
    await other.page.getByRole("button", { name: "Join", exact: true }).first().click();
    await other.sees("#join-problem", "“ADA” is taken. Choose another nickname.");
    await other.join("Ada too");
  });

  it("starts from a spoiled address and a spoiled storage as from none, and lets people rename", async () => {
    chat = await startChat();
    const context = await browser.newContext();
    contexts.push(context);
    await context.addInitScript(() => {
      if (!localStorage.getItem("parley.session"))
        localStorage.setItem("parley.session", '{"token":"short"}');
    });
    const ada = await tabOf(context, "#%E0%A4%A");
    await ada.join("Ada");
    const second = await tabOf(context);
    await second.sees("#self-name", "Ada");
    await ada.page.locator("#self").click();
    await ada.page.locator("#new-name").fill("Augusta");
    await ada.page.getByRole("button", { name: "Rename", exact: true }).last().click();
    await second.sees("#self-name", "Augusta");
    await second.seesOnline("Augusta");
  });

  it("has rooms: create, join, unread count, switch, leave", async () => {
    chat = await startChat();
    const ada = await person("Ada");
    const bo = await person("Bo");
    await ada.createRoom("book-club");
    await bo.joinRoom("book-club");
    await bo.openRoom("general");
    await ada.write("chapter one");
    await ada.write("chapter two");
    await ada.seesState("chapter two", "delivered");
    await bo.sees("#my-rooms li:has-text('book-club') .badge", "2");
    expect(await bo.page.title()).toBe("(2) Parley");

    await bo.openRoom("book-club");
    await bo.sees(".divider.new", "New messages");
    await ada.seesState("chapter one", "seen");
    await bo.seesNo("#my-rooms .badge:visible");

    await bo.page.getByRole("button", { name: "Leave book-club" }).click();
    await ada.sees(".note", "Bo left the room");
    await bo.sees("#other-rooms li", "book-club");
    await ada.page.getByRole("button", { name: "Leave book-club" }).click();
    await bo.seesNo("#other-rooms li:has-text('book-club')");
  });

  it("has private messages, which only the two see", async () => {
    chat = await startChat();
    const [ada, bo, cy] = [await person("Ada"), await person("Bo"), await person("Cy")];
    await ada.page.locator("#people .person", { hasText: "Bo" }).click();
    await ada.sees("#chat-title", "Bo");
    await ada.write("between us");
    await ada.seesState("between us", "delivered");
    await bo.sees("#directs li:has-text('Ada') .badge", "1");
    await bo.page.locator("#directs button", { hasText: "Ada" }).click();
    await bo.seesMessage("between us");
    await ada.seesState("between us", "seen");
    await bo.write("of course");
    await ada.seesMessage("of course");

    await bo.openRoom("general");
    await bo.write("hello all");
    await cy.seesMessage("hello all");
    expect(await cy.page.locator("#directs li").count()).toBe(0);
    expect(await cy.page.locator("body").textContent()).not.toContain("between us");
  });

  it("sends pictures as binary, also to who comes later, and refuses what is too large", async () => {
    chat = await startChat();
    const ada = await person("Ada");
    const bo = await person("Bo");
    await ada.sendPicture(VALLEY);
    expect(await bo.pictureSize()).toEqual([642, 428]);
    expect(await ada.pictureSize()).toEqual([642, 428]);
    await ada.sees('.message[data-state="seen"]:has(.picture)', "");

    const late = await person("Cy");
    expect(await late.pictureSize()).toEqual([642, 428]);
    await late.page.locator("button.picture").click();
    await late.sees("#viewer[open]", "");
    await late.page.keyboard.press("Escape");

    for (const how of ["drop", "paste"] as const) {
      await bo.hand({ ...VALLEY, name: `${how}.png` }, how);
      await bo.sees("#tray", `${how}.png`);
      await bo.sees("#tray", "642 × 428");
    }
    await bo.attach({ ...VALLEY, buffer: Buffer.concat([VALLEY.buffer, Buffer.alloc(5 * 1024 * 1024)]) });
    await bo.sees(".toast", "The limit is 5 MB.");
    await bo.attach({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("no picture") });
    await bo.sees(".toast", "Only PNG, JPEG, GIF and WebP pictures can be sent.");
  });

  it("shows the transport that it has come to, and the latency", async () => {
    chat = await startChat();
    const ada = await person("Ada");
    await ada.sees('#status[data-transport="websocket"] #transport', "websocket");
    await ada.sees("#latency", /^\d+ ms$/);
    // Long-polling comes first where a WebSocket takes long to open.
    expect((await ada.transportsShown()).at(-1)).toBe("websocket");
  });

  it("counts several tabs of one person once, and keeps who they are over a reload", async () => {
    chat = await startChat();
    const ada = await person("Ada");
    const bo = await person("Bo");
    const second = await tabOf(contexts[0] as Context);
    await second.sees("#self-name", "Ada");
    await ada.write("from my first tab");
    await second.seesMessage("from my first tab");
    expect(await bo.page.locator("#people .person", { hasText: "Ada" }).count()).toBe(1);

    await second.page.close();
    await bo.write("still there?");
    await ada.seesState("from my first tab", "seen");
    await bo.seesOnline("Ada");
    await ada.page.reload();
    await ada.sees("#self-name", "Ada");
    await ada.seesMessage("still there?");
  });

  it("survives a killed server: banner, queue, and everybody back where they were", async () => {
    chat = await startChat();
    const ada = await person("Ada");
    const bo = await person("Bo");
    await ada.createRoom("kitchen");
    await bo.joinRoom("kitchen");
    await ada.write("before the crash");
    await ada.seesState("before the crash", "seen");

    await chat.kill("SIGKILL");
    await ada.sees("#banner", "Connection lost");
    await bo.sees("#banner", /next try in \d+ s|attempt \d+/);
    await ada.write("written while away");
    await ada.seesState("written while away", "sending");
    await ada.sees("#banner", "1 message will be sent when you are back");

    chat = await startChat(chat.port);
    await ada.sees('#status[data-phase="online"]', "");
    await bo.seesMessage("written while away");
    await ada.seesState("written while away", "seen");
    await ada.seesNo("#banner");
    await bo.seesMessage("before the crash");
    await bo.write("so it goes on");
    await ada.seesMessage("so it goes on");
    await bo.seesState("so it goes on", "seen");
  });

  it("works over polling alone", async () => {
    chat = await startChat();
    const query = "?transport=polling";
    const ada = await person("Ada", query);
    const bo = await person("Bo", query);
    await ada.write("slowly but surely");
    await bo.seesMessage("slowly but surely");
    await ada.seesState("slowly but surely", "seen");
    await bo.sendPicture(VALLEY);
    expect(await ada.pictureSize()).toEqual([642, 428]);
    expect(await ada.transportsShown()).toEqual(["polling"]);
  });

  it("fits a phone", async () => {
    chat = await startChat();
    const bo = await person("Bo");
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true });
    contexts.push(context);
    const ada = await tabOf(context);
    await ada.page.getByLabel("Nickname").first().fill("Ada");
    await ada.page.getByRole("button", { name: "Join", exact: true }).first().click();
    await ada.openRoom("general");
    await ada.seesNo("#list");
    await bo.sendPicture({ ...VALLEY, buffer: png(1600, 500) });
    await bo.write("w".repeat(300));
    await ada.seesMessage("www");
    expect(await ada.pictureSize()).toEqual([1600, 500]);
    const width = await ada.page.evaluate(() => document.querySelector("#timeline")?.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
    await ada.page.getByRole("button", { name: /^People/ }).click();
    await ada.seesOnline("Bo");
    await ada.page.keyboard.press("Escape");
    await ada.page.goBack();
    await ada.sees("#my-rooms", "general");
    await ada.seesNo("#chat");
  });

  it("looks like its portrait", async () => {
    chat = await startChat();
    const [ada, bo, chidi] = [await person("Ada"), await person("Bo"), await person("Chidi")];
    await ada.createRoom("book-club");
    await chidi.joinRoom("book-club");
    await chidi.openRoom("general");
    await ada.openRoom("general");
    await chidi.page.locator("#people .person", { hasText: "Ada" }).click();
    await chidi.write("Shall we surprise Bo?");
    await chidi.openRoom("general");
    await ada.write("Morning! Is the train still on for Saturday?");
    await bo.seesMessage("Morning!");
    await bo.write("It is. 9:40, platform 4. This is where we are going:");
    await ada.seesMessage("9:40");
    await bo.sendPicture(VALLEY);
    await ada.pictureSize();
    await ada.write(
      "That is worth getting up for. I bring the thermos and the map, somebody please bring snacks.",
    );
    await chidi.seesMessage("thermos");
    await chidi.write("Snacks are mine.");
    await ada.seesMessage("Snacks");
    await bo.page.locator("#text").pressSequentially("See you");
    await ada.sees("#typing", "Bo is typing");
    await ada.seesState("thermos", "seen");
    await ada.sees("#latency", /ms/);
    const image = await ada.page.screenshot({ path: join(imageFolder(), "chat.png") });
    expect(image.length).toBeGreaterThan(20_000);
  });
});

function imageFolder(): string {
  if (process.env.UPDATE_SCREENSHOTS !== "1") return mkdtempSync(join(tmpdir(), "chat-"));
  const folder = fileURLToPath(new URL("../../../docs/images", import.meta.url));
  mkdirSync(folder, { recursive: true });
  return folder;
}
