/**
 * An expression that never throws in the page, and comes to a text: each driver would tell of an error, and of values such as
 * `undefined`, in a way of its own.
 */
export function wrapped(expression: string): string {
  return `(async () => {
    try {
      return JSON.stringify({ value: await (${expression}) });
    } catch (error) {
      const text = error instanceof Error ? error.name + ": " + error.message + "\\n" + error.stack : String(error);
      return JSON.stringify({ error: text });
    }
  })()`;
}

/** What the wrapped expression came to. */
export function unwrapped<T>(outcome: unknown): T {
  const { value, error } = JSON.parse(String(outcome)) as { value?: T; error?: string };
  if (error !== undefined) throw new Error(`in the page: ${error}`);
  return value as T;
}
