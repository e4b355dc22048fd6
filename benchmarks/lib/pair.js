import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { call } from "./channel.js";

const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Starts a module on one core (where `taskset` exists), so that server and load never share one. */
function start(path, core, args) {
  const pinned = process.platform === "linux";
  const node = [...process.execArgv, "--expose-gc", path, ...args];
  const child = pinned
    ? fork("-c", [String(core), process.execPath, ...node], {
        execPath: "taskset",
        execArgv: [],
        serialization: "advanced",
      })
    : fork(path, args, { execArgv: [...process.execArgv, "--expose-gc"], serialization: "advanced" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return {
    call: call(child),
    async stop() {
      child.disconnect();
      await ended;
    },
  };
}

/** One server process under measurement and one load process, ended when `use` settles. */
export async function withPair({ contender, options = {} }, use) {
  const server = start(here(`servers/${contender.server}.js`), 0, [contender.module ?? ""]);
  const load = start(here("load/process.js"), 1, []);
  try {
    const port = await server.call("listen", options);
    await load.call("target", { port, wire: contender.wire });
    return await use({ server: server.call, load: load.call });
  } finally {
    await Promise.all([server.stop(), load.stop()]);
  }
}
