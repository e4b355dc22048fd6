const acks = (inFlight) => ({
  async run({ server, load }) {
    await load("open", 64);
    // Long enough for the code to be compiled: with one in flight a client gives it one event a turn.
    await load("acks", { inFlight, each: 150 });
    await server("begin");
    const each = inFlight === 1 ? 300 : 600;
    await load("acks", { inFlight, each });
    const { cpu } = await server("end");
    return cpu / (64 * each);
  },
});

const events = (perSegment, segments) => ({
  async run({ server, load }) {
    const clients = 20;
    await load("open", clients);
    const warm = { segments: Math.ceil(segments / 5), perSegment };
    await load("send", warm);
    const before = clients * warm.segments * perSegment;
    await server("received", before);
    await server("begin");
    await load("send", { segments, perSegment });
    const total = clients * segments * perSegment;
    await server("received", before + total);
    const { cpu } = await server("end");
    return cpu / total;
  },
});

export const inbound = {
  "acks-1": acks(1),
  "acks-10": acks(10),
  "inbound-1": events(1, 1000),
  "inbound-100": events(100, 60),
};
