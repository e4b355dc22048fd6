import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ServerProcess, startServerProcess } from "testkit";

const ENTRY = fileURLToPath(new URL("../server.js", import.meta.url));

export const newFolder = (): string => mkdtempSync(join(tmpdir(), "aside-"));

/** Aside in a process of its own; what is said is kept in `data`. */
export const startAside = (data = newFolder(), port = 0): Promise<ServerProcess> =>
  startServerProcess(ENTRY, { DATA: data, PORT: String(port) });
