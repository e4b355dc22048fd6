/** Delivers in windows: the next one starts when the load process has counted every frame of the last. */
function delivery({ clients, listen = {}, parts = () => 1, work, windows = 10 }) {
  return {
    listen,
    clients,
    async run({ server, load }, { wire }) {
      await load("open", clients);
      let expected = 0;
      const window = async () => {
        expected += work.deliveries * parts(wire);
        await server(work.name, work.args);
        await load("frames", expected);
      };
      await window();
      await window();
      await server("begin");
      for (let i = 0; i < windows; i++) await window();
      const { cpu } = await server("end");
      return cpu / (work.deliveries * windows);
    },
  };
}

const broadcast = (perTick, binary) =>
  delivery({
    clients: 1000,
    parts: () => (binary ? 2 : 1),
    work: {
      name: "broadcast",
      args: { ticks: perTick === 1 ? 20 : 5, perTick, binary },
      deliveries: 1000 * perTick * (perTick === 1 ? 20 : 5),
    },
    windows: 6,
  });

const unicast = (sockets, perTick) =>
  delivery({
    clients: 100,
    work: { name: "unicast", args: { ticks: 50, sockets, perTick }, deliveries: 50 * sockets * perTick },
    windows: 10,
  });

export const outbound = {
  "broadcast-1": broadcast(1, false),
  "broadcast-10": broadcast(10, false),
  "broadcast-binary-1": broadcast(1, true),
  "broadcast-binary-10": broadcast(10, true),
  rooms: delivery({
    clients: 5000,
    listen: { rooms: 1000, roomsEach: 2 },
    work: { name: "rooms", args: { ticks: 20, perTick: 50, rooms: 1000 }, deliveries: 20 * 50 * 10 },
  }),
  "unicast-100x1": unicast(100, 1),
  "unicast-1x100": unicast(1, 100),
};
