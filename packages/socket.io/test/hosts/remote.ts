import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { findRuntime, Queue, within } from "testkit";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import type { Host } from "./hosts.js";

const FOLDER = fileURLToPath(new URL("./server/", import.meta.url));

/** What an engine of the server reported. */
export interface Report {
  event: string;
  id?: string;
  // biome-ignore lint/suspicious/noExplicitAny: reason: a report of any kind, compared as a whole
  [detail: string]: any;
}

/** An engine on a port of its own, in another process. */
export interface RemoteEngine {
  readonly url: string;
  /** The next report of an event, of that session if one is given. */
  next(event: string, id?: string): Promise<Report>;
  /** All reports of an event so far. */
  all(event: string): Report[];
  // biome-ignore lint/suspicious/noExplicitAny: reason: what the command returns
  call(command: string, args?: object): Promise<any>;
}

export interface StartOptions {
  options?: object;
  /** By name: options that are functions, and what the application does besides. */
  uses?: string[];
}

/** Runs the server of a host for the tests of a file. Gives what starts an engine on it. */
export function remote({ runtime, args, server }: Host) {
  let child: ReturnType<typeof spawn>;
  let calls = 0;
  let engines = 0;
  let stderr = "";
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const reports = new Map<string, Report[]>();
  const listeners = new Map<string, (report: Report) => void>();
  const uncaught: string[] = [];
  const ready = new Queue<Report>("the server to be ready");

  function take(line: string): void {
    const message = JSON.parse(line);
    if (message.event === "ready") ready.push(message);
    else if (message.engine !== undefined) listeners.get(message.engine)?.(message);
    else if (message.event !== undefined) uncaught.push(message.error);
    else if (message.error) pending.get(message.call)?.reject(Object.assign(new Error(), message.error));
    else pending.get(message.call)?.resolve(message.result);
  }

  beforeAll(async () => {
    child = spawn(findRuntime(runtime) as string, [...args, "main.mjs", server], { cwd: FOLDER });
    child.stderr?.on("data", (chunk) => {
      stderr += chunk;
    });
    child.once("exit", (code) => {
      const ended = new Error(`the server on ${runtime} ended with ${code}:\n${stderr}`);
      ready.end(ended);
      for (const { reject } of pending.values()) reject(ended);
    });
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", take);
    await ready.next({ timeout: 20_000 });
  });

  afterAll(async () => {
    if (child.exitCode !== null) return;
    const exit = once(child, "exit");
    child.stdin?.end();
    await within(exit, `the server on ${runtime} to end`);
  });

  function call(command: string, more: object = {}): Promise<unknown> {
    const id = ++calls;
    const result = new Promise((resolve, reject) => pending.set(id, { resolve, reject }));
    child.stdin?.write(`${JSON.stringify({ call: id, command, ...more })}\n`);
    return within(result, `${command} on ${runtime}; it said: ${stderr}`);
  }

  return {
    /** Errors that nobody caught, taken from the list. */
    uncaught: () => uncaught.splice(0),
    async start({ options = {}, uses = [] }: StartOptions = {}): Promise<RemoteEngine> {
      const name = String(++engines);
      const seen: Report[] = [];
      reports.set(name, seen);
      const waiting = new Set<() => void>();
      listeners.set(name, (report) => {
        seen.push(report);
        for (const check of waiting) check();
      });
      const taken = new Set<Report>();
      const { port } = (await call("start", { name, options, uses })) as { port: number };
      onTestFinished(() => call("close", { name }).then(() => {}));
      return {
        url: `http://127.0.0.1:${port}`,
        all: (event) => seen.filter((report) => report.event === event),
        call: (command, args) => call(command, { name, ...args }),
        next(event, id) {
          let check = (): void => {};
          const found = new Promise<Report>((resolve) => {
            check = () => {
              const report = seen.find(
                (one) => one.event === event && (id === undefined || one.id === id) && !taken.has(one),
              );
              if (!report || taken.has(report)) return;
              taken.add(report);
              waiting.delete(check);
              resolve(report);
            };
            waiting.add(check);
            check();
          });
          return within(found, `"${event}" of ${id ?? "any session"}`).finally(() => waiting.delete(check));
        },
      };
    },
  };
}

export type Start = ReturnType<typeof remote>["start"];
