/**
 * Request and response over a child process's IPC channel.
 * Both sides use it: the runner calls the server and the load process, and each answers by name.
 */
export function answer(handlers) {
  process.on("message", async ({ id, name, args }) => {
    try {
      process.send({ id, result: await handlers[name](...args) });
    } catch (error) {
      process.send({ id, error: error?.stack ?? String(error) });
    }
  });
  process.on("disconnect", () => process.exit());
}

/** Wraps a forked child: `call(child)("name", …args)` resolves with what its handler returned. */
export function call(child) {
  const pending = new Map();
  let nextId = 0;
  child.on("message", ({ id, result, error }) => {
    const { resolve, reject } = pending.get(id);
    pending.delete(id);
    error ? reject(new Error(error)) : resolve(result);
  });
  child.on("exit", (code) => {
    for (const { reject } of pending.values())
      reject(new Error(`${child.spawnargs.join(" ")} exited with ${code}`));
  });
  return (name, ...args) =>
    new Promise((resolve, reject) => {
      const id = nextId++;
      pending.set(id, { resolve, reject });
      child.send({ id, name, args });
    });
}
