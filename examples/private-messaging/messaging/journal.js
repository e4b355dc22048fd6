import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A file of JSON lines that only grows: read once at the start, then appended to. A store of its own would be the next step. */
export class Journal {
  #path;

  constructor(path) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
  }

  /** The entries, oldest first. A line that was cut off by a crash is left out. */
  read() {
    let text;
    try {
      text = readFileSync(this.#path, "utf8");
    } catch (error) {
      if (error.code === "ENOENT") return [];
      throw error;
    }
    const entries = text.split("\n").flatMap(parse);
    // Without the half line the next one would be appended to.
    if (text && !text.endsWith("\n")) this.#write(entries);
    return entries;
  }

  append(entry) {
    appendFileSync(this.#path, `${JSON.stringify(entry)}\n`);
  }

  #write(entries) {
    writeFileSync(this.#path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  }
}

function parse(line) {
  if (!line) return [];
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
