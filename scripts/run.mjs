// Runs commands with their output held back, so that only what failed is shown.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";

/** @returns {Promise<{ ok: boolean, output: string, seconds: number }>} stdout and stderr as one text */
export function run(command, { cwd, env, args, timeout } = {}) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args ?? [], {
      cwd,
      env,
      shell: args === undefined,
      timeout,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const take = (chunk) => {
      output += chunk;
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    const finish = (ok) => resolve({ ok, output, seconds: (performance.now() - started) / 1000 });
    child.on("error", (error) => {
      output += error.message;
      finish(false);
    });
    child.on("close", (code, signal) => {
      if (signal !== null) output += `\nended by ${signal}${timeout ? ` after ${timeout} ms` : ""}`;
      finish(code === 0);
    });
  });
}

/**
 * Runs `work` over `jobs`, as many at once as there are cores, each after those it names in `after`.
 * Stops starting new ones once one has failed (`work` resolved to false) and resolves to whether all went well.
 */
export function runGraph(jobs, work, limit = Math.max(1, availableParallelism())) {
  const waiting = new Set(jobs);
  const done = new Set();
  const running = new Set();
  let ok = true;
  return new Promise((resolve, reject) => {
    const next = () => {
      for (const job of waiting) {
        if (!ok || running.size >= limit) break;
        if (!job.after.every((name) => done.has(name))) continue;
        waiting.delete(job);
        running.add(job);
        work(job).then((passed) => {
          running.delete(job);
          done.add(job.name);
          ok &&= passed;
          next();
        }, reject);
      }
      if (running.size === 0) resolve(ok);
    };
    next();
  });
}
