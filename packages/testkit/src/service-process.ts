import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { within } from "./timeout.js";

export interface ServiceProcess {
  readonly pid: number;
  /** Ends it at once (SIGKILL), or as the signal says, and waits for its end. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * Starts a server and waits until it says that it is ready.
 *
 * @throws Error with what it said, when it ends before
 */
export async function startProcess(
  command: string,
  args: string[],
  readyText: string,
): Promise<ServiceProcess> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const kill = (signal: NodeJS.Signals = "SIGKILL") => ended(child, signal);
  try {
    await within(ready(child, readyText), `${command} to be ready`);
  } catch (error) {
    await kill();
    throw error;
  }
  return { pid: child.pid as number, kill };
}

function ready(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    const onData = (chunk: Buffer) => {
      output += chunk;
      if (output.includes(text)) resolve();
    };
    child.stdout?.on("data", onData);
    child.stderr?.on("data", onData);
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`${child.spawnfile} ended:\n${output}`)));
  });
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill(signal);
  await exit;
}
