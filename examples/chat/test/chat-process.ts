import { fileURLToPath } from "node:url";
import { type ServerProcess, startServerProcess } from "testkit";

const ENTRY = fileURLToPath(new URL("../server.js", import.meta.url));

/** The chat in a process of its own. */
export type ChatProcess = ServerProcess;

export const startChat = (port = 0): Promise<ChatProcess> =>
  startServerProcess(ENTRY, { PORT: String(port) });
