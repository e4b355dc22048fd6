import type { PollingFormat } from "../polling-format.js";

/** Whether `j`, the index of the callback, is a number as it must be: it becomes a part of the script. */
export function isJsonpIndex(index: string): boolean {
  return /^\d{1,10}$/.test(index);
}

/**
 * A format for clients that read a response by running it as a script, and post with a form.
 *
 * @param format - of text payloads
 * @param index - of the callback; a number
 */
export function jsonp(format: PollingFormat, index: string): PollingFormat {
  return {
    bodyType: (contentType) => (contentType === "application/octet-stream" ? undefined : "text"),
    decode: (body) => format.decode(unescapeNewlines(new URLSearchParams(body as string).get("d") ?? "")),
    encode: (batch) => `___eio[${index}](${scriptString(format.encode(batch) as string)});`,
    contentType: () => "text/javascript; charset=UTF-8",
  };
}

/** A string literal. Two characters are allowed in JSON, and were line ends in scripts before ES2019. */
function scriptString(text: string): string {
  return JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/** Clients escape newlines, as forms would change them: a newline is sent as `\n`, and what was `\n` as `\\n`. */
function unescapeNewlines(text: string): string {
  return text.replace(/\\(\\)?n/g, (_, escaped) => (escaped ? "\\n" : "\n"));
}
