import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const ENTRY = fileURLToPath(new URL("../server.js", import.meta.url));

/** The chat in a process of its own, so that it can be killed as a crash would. */
export interface ChatProcess {
  readonly port: number;
  readonly url: string;
  /** Everything printed so far. */
  output(): string;
  kill(signal?: NodeJS.Signals): Promise<number | null>;
}

export async function startChat(port = 0): Promise<ChatProcess> {
  const child = spawn(process.execPath, [ENTRY], {
    env: { ...process.env, PORT: String(port), HOST: "127.0.0.1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  const actual = await announcedPort(child, () => output);
  return {
    port: actual,
    url: `http://127.0.0.1:${actual}`,
    output: () => output,
    async kill(signal = "SIGKILL") {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await once(child, "exit");
      }
      return child.exitCode;
    },
  };
}

function announcedPort(child: ChildProcess, output: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", () => {
      const port = /http:\/\/localhost:(\d+)/.exec(output())?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.once("exit", (code) =>
      reject(new Error(`The chat ended with ${code} before it was up:\n${output()}`)),
    );
  });
}
