export const polling = {
  "polling-handshake": {
    only: "socket.io",
    async run({ server, load }) {
      await load("pollingOpen", 100);
      await server("begin");
      await load("pollingOpen", 600);
      return (await server("end")).cpu / 600;
    },
  },
  "polling-cycle": {
    only: "socket.io",
    async run({ server, load }) {
      await load("pollingOpen", 50);
      await load("pollingCycles", 10);
      await server("begin");
      await load("pollingCycles", 60);
      return (await server("end")).cpu / (50 * 60);
    },
  },
  "polling-broadcast": {
    only: "socket.io",
    async run({ server, load }) {
      await load("pollingOpen", 500);
      const round = () =>
        Promise.all([
          load("pollingBroadcast", 1),
          server("broadcast", { ticks: 1, perTick: 1, binary: false }),
        ]);
      await round();
      await server("begin");
      for (let i = 0; i < 15; i++) await round();
      return (await server("end")).cpu / (500 * 15);
    },
  },
};
