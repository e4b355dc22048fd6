/** The engines that the suites run in. */
export type BrowserEngine = "chromium" | "firefox" | "webkit";

/** A browser with an empty profile, whatever drives it. */
export interface TestBrowser {
  /** Opens a page of its own. */
  open(url: string): Promise<TestPage>;
  /** Ends the browser and all that was started with it. */
  close(): Promise<void>;
}

export interface TestPage {
  /**
   * The value of an expression in the page, awaited when it is a promise. It comes back as JSON would bring it.
   *
   * @throws Error with what the page threw
   */
  evaluate<T = unknown>(expression: string): Promise<T>;
  close(): Promise<void>;
}
