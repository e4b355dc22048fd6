import { readFileSync } from "node:fs";

export interface Block {
  /** "js" for a server, "html" for a page. */
  language: string;
  code: string;
}

const ENTITIES: Record<string, string> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&amp;": "&",
};

/** The code blocks of the original README, in order; number 0 is the install command. */
export function readBlocks(): Block[] {
  const html = readFileSync(new URL("../fixtures/socket.io-readme.html", import.meta.url), "utf8");
  const found = html.matchAll(/<pre><code class="lang-(\w+)">([\s\S]*?)<\/code><\/pre>/g);
  return [...found].map(([, language = "", code = ""]) => ({
    language,
    code: code.replace(/&(lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] ?? entity),
  }));
}
