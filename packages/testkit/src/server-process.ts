import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** A program in a process of its own, so that it can be killed as a crash would. */
export interface ServerProcess {
  readonly port: number;
  readonly url: string;
  /** Everything printed so far. */
  output(): string;
  /** Resolves with the exit code, `null` after a signal. */
  kill(signal?: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts a Node.js program that listens on `PORT` and `HOST`, and prints `http://localhost:<port>` when it does.
 *
 * @param entry - the path of the program
 * @param env - more variables for it; `PORT` is any free one unless given
 */
export async function startServerProcess(
  entry: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [entry], {
    env: { ...process.env, PORT: "0", HOST: "127.0.0.1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  const port = await announcedPort(child, () => output);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
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
      reject(new Error(`The program ended with ${code} before it was up:\n${output()}`)),
    );
  });
}
