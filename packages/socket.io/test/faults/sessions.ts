/** The sessions of both sides, and how often each has ended. */
export class Sessions {
  readonly #ends = new Map<string, number>();
  #onEmpty: () => void = () => {};

  opened(name: string): void {
    this.#ends.set(name, 0);
  }

  closed(name: string): void {
    this.#ends.set(name, (this.#ends.get(name) as number) + 1);
    if (this.#open.length === 0) this.#onEmpty();
  }

  /** Once all have ended. */
  async empty(): Promise<void> {
    if (this.#open.length > 0) {
      await new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
    }
  }

  problems(): string[] {
    return [...this.#ends]
      .filter(([, ends]) => ends !== 1)
      .map(([name, ends]) => `${name} has ended ${ends} times`);
  }

  get #open(): string[] {
    return [...this.#ends].filter(([, ends]) => ends === 0).map(([name]) => name);
  }
}
