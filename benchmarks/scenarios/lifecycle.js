const connect = (close) => ({
  async run({ server, load }) {
    const count = 1500;
    await load("churn", { count: 300, parallel: 50 });
    await server("begin");
    if (close) await load("churn", { count, parallel: 50 });
    else await load("open", count);
    const { cpu } = await server("end");
    return cpu / count;
  },
});

/** Bytes of resident memory per idle connection, and what is left per connection after all have gone. */
const memory = (left) => ({
  noWarmUp: true,
  async run({ server, load }) {
    const count = 10_000;
    await load("open", 200);
    await load("closeAll");
    const before = await server("memory");
    await load("open", count);
    const full = await server("memory");
    if (!left) return (full - before) / count;
    await load("closeAll");
    while ((await server("connected")) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    return (await server("memory")) / count;
  },
});

export const lifecycle = {
  connect: connect(false),
  "connect-close": connect(true),
  memory: memory(false),
  "memory-left": memory(true),
  stall: {
    async run({ server, load }) {
      await load("open", 5000);
      await server("stall");
      return server("stall");
    },
  },
};
