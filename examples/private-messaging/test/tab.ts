import { type BrowserContext, type Page, watchPage } from "testkit";

// Long enough for a busy machine: every wait ends as soon as what is awaited is there.
const PATIENCE = 20_000;

/** One tab of the page. Every method waits for what it says, on the page as a person would see it. */
export class Tab {
  readonly page: Page;
  readonly problems: string[];

  private constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE);
    this.problems = watchPage(page);
  }

  static async open(context: BrowserContext, url: string): Promise<Tab> {
    const tab = new Tab(await context.newPage());
    await tab.page.goto(url);
    return tab;
  }

  async signIn(name: string): Promise<void> {
    await this.page.getByLabel("Your name").fill(name);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  async isSignedInAs(name: string): Promise<void> {
    await this.sees("#self", name);
  }

  /** Waits for an element, with this text in it, that is visible. */
  async sees(selector: string, text: string | RegExp): Promise<void> {
    await this.page.locator(selector).filter({ hasText: text }).first().waitFor();
  }

  async seesPerson(name: string, online: boolean): Promise<void> {
    await this.sees(`.person[data-online="${online}"]`, name);
  }

  async pick(name: string): Promise<void> {
    await this.page.locator(`.person:has(.name:text-is("${name}"))`).click();
    await this.sees("#with", name);
  }

  async write(text: string): Promise<void> {
    await this.page.locator("#text").fill(text);
    await this.page.locator("#text").press("Enter");
  }

  /** Waits for a message, in this state: "sent", "waiting" or "refused". */
  async seesMessage(text: string, state = "sent"): Promise<void> {
    await this.sees(`.message[data-state="${state}"]`, text);
  }

  async messages(): Promise<string[]> {
    return this.page.locator(".message .text").allTextContents();
  }

  async isLinked(state: "online" | "waiting"): Promise<void> {
    await this.page.locator(`#link[data-link="${state}"]`).waitFor();
  }
}
