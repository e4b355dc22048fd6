import { type launchChromium, watchPage } from "testkit";

export type Browser = Awaited<ReturnType<typeof launchChromium>>;
export type Context = Awaited<ReturnType<Browser["newContext"]>>;
type Page = Awaited<ReturnType<Context["newPage"]>>;

export interface Picture {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

// Long enough for a busy machine: every wait ends as soon as what is awaited is there.
const PATIENCE = 20_000;

/** One tab of the chat. Every method waits for what it says, on the page as a person would see it. */
export class Tab {
  readonly page: Page;
  /** What went wrong in the page: exceptions, and what the browser refused to load. */
  readonly problems: string[];

  private constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE);
    this.problems = watchPage(page);
  }

  static async open(context: Context, url: string): Promise<Tab> {
    const tab = new Tab(await context.newPage());
    await tab.page.addInitScript(recordTransports);
    await tab.page.goto(url);
    return tab;
  }

  async join(name: string): Promise<void> {
    await this.page.getByLabel("Nickname").first().fill(name);
    await this.page.getByRole("button", { name: "Join", exact: true }).first().click();
    await this.sees("#chat-title", "");
  }

  /** Waits for an element, with this text in it, that is visible. */
  async sees(selector: string, text: string | RegExp): Promise<void> {
    await this.page.locator(selector).filter({ hasText: text }).first().waitFor();
  }

  async seesNo(selector: string): Promise<void> {
    await this.page.locator(selector).first().waitFor({ state: "hidden" });
  }

  async openRoom(name: string): Promise<void> {
    await this.page.locator("#my-rooms button", { hasText: name }).click();
    await this.sees("#chat-title", `# ${name}`);
  }

  async createRoom(name: string): Promise<void> {
    await this.page.getByRole("button", { name: "New room" }).click();
    await this.page.locator("#room-name").fill(name);
    await this.page.getByRole("button", { name: "Create" }).click();
    await this.sees("#chat-title", `# ${name}`);
  }

  async joinRoom(name: string): Promise<void> {
    await this.page.getByRole("button", { name: `Join ${name}` }).click();
    await this.sees("#chat-title", `# ${name}`);
  }

  async write(text: string): Promise<void> {
    await this.page.locator("#text").fill(text);
    await this.page.locator("#text").press("Enter");
  }

  async seesMessage(text: string): Promise<void> {
    await this.sees(".message .text", text);
  }

  /** Waits until a message of one's own shows this state: "sending", "sent", "delivered" or "seen". */
  async seesState(text: string, state: string): Promise<void> {
    await this.sees(`.message[data-state="${state}"]`, text);
  }

  async seesOnline(name: string, online = true): Promise<void> {
    await this.sees(`#people .person[data-online="${online}"]`, name);
  }

  async attach(picture: Picture): Promise<void> {
    await this.page.locator("#picker").setInputFiles(picture);
  }

  async sendPicture(picture: Picture): Promise<void> {
    await this.attach(picture);
    await this.sees("#tray", picture.name);
    await this.page.getByRole("button", { name: "Send", exact: true }).click();
  }

  /** The natural size of the picture last shown, once it is decoded. */
  async pictureSize(): Promise<[number, number]> {
    const image = this.page.locator(".picture img").last();
    return image.evaluate(async (element: HTMLImageElement) => {
      await element.decode();
      return [element.naturalWidth, element.naturalHeight];
    });
  }

  /** Gives the page a file as a drop on the conversation, or as a paste into the text field. */
  async hand(picture: Picture, how: "drop" | "paste"): Promise<void> {
    const { name, mimeType: type } = picture;
    const given = { how, name, type, base64: picture.buffer.toString("base64") };
    await this.page.evaluate(({ how, name, type, base64 }) => {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name, { type }));
      const init = { bubbles: true, cancelable: true };
      const event =
        how === "drop"
          ? new DragEvent("drop", { ...init, dataTransfer: transfer })
          : new ClipboardEvent("paste", { ...init, clipboardData: transfer });
      document.querySelector(how === "drop" ? "#timeline" : "#text")?.dispatchEvent(event);
    }, given);
  }

  /** Every text that the transport label has shown. */
  async transportsShown(): Promise<string[]> {
    return this.page.evaluate(() => Reflect.get(window, "transportsShown"));
  }
}

// Runs in the page before its scripts.
function recordTransports(): void {
  const shown: string[] = [];
  Reflect.set(window, "transportsShown", shown);
  document.addEventListener("DOMContentLoaded", () => {
    const label = document.querySelector("#transport");
    if (!label) return;
    const record = () => shown.push(label.textContent ?? "");
    new MutationObserver(record).observe(label, { childList: true, characterData: true, subtree: true });
  });
}
