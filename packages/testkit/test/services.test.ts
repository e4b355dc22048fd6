import { describe, expect, it } from "vitest";
import {
  hasNats,
  hasPostgres,
  hasRedis,
  openTcp,
  startNats,
  startPostgres,
  startRedis,
  startRedisCluster,
} from "../src/index.js";

const tcpTo = (port: number) => openTcp(`http://127.0.0.1:${port}`);

describe.skipIf(!hasRedis())("startRedis", () => {
  it("starts servers that know nothing of one another, and ends them", async () => {
    const servers = await Promise.all([startRedis(), startRedis()]);
    const [first, second] = servers.map(({ port }) => port) as [number, number];
    expect(first).not.toBe(second);
    const tcp = await tcpTo(first);
    tcp.write("PING\r\n");
    await tcp.takeUntil("+PONG\r\n");
    tcp.destroy();
    await Promise.all(servers.map((server) => server.close()));
    await expect(tcpTo(first)).rejects.toThrow("ECONNREFUSED");
  });

  it("kills and restarts one, empty", async () => {
    const redis = await startRedis();
    const tcp = await tcpTo(redis.port);
    tcp.write("SET a 1\r\n");
    await tcp.takeUntil("+OK\r\n");
    await redis.kill();
    await expect(tcpTo(redis.port)).rejects.toThrow("ECONNREFUSED");
    await redis.restart();
    const again = await tcpTo(redis.port);
    again.write("GET a\r\n");
    await again.takeUntil("$-1\r\n");
    again.destroy();
    await redis.close();
  });

  it("starts a cluster of three", async () => {
    const { ports, close } = await startRedisCluster();
    expect(new Set(ports).size).toBe(3);
    const tcp = await tcpTo(ports[0] as number);
    tcp.write("CLUSTER INFO\r\n");
    await tcp.takeUntil("cluster_size:3\r\n");
    tcp.destroy();
    await close();
  });
});

describe.skipIf(!hasPostgres())("startPostgres", () => {
  it("starts a server, restarts and ends it", async () => {
    const postgres = await startPostgres();
    (await tcpTo(postgres.port)).destroy();
    await postgres.kill();
    await expect(tcpTo(postgres.port)).rejects.toThrow("ECONNREFUSED");
    await postgres.restart();
    (await tcpTo(postgres.port)).destroy();
    await postgres.close();
    await expect(tcpTo(postgres.port)).rejects.toThrow("ECONNREFUSED");
  });
});

describe.skipIf(!hasNats())("startNats", () => {
  it("starts a server, restarts and ends it", async () => {
    const nats = await startNats();
    const tcp = await tcpTo(nats.port);
    await tcp.takeUntil('"jetstream":true');
    tcp.destroy();
    await nats.kill();
    await expect(tcpTo(nats.port)).rejects.toThrow("ECONNREFUSED");
    await nats.restart();
    (await tcpTo(nats.port)).destroy();
    await nats.close();
    await expect(tcpTo(nats.port)).rejects.toThrow("ECONNREFUSED");
  });
});
