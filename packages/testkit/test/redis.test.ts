import { describe, expect, it } from "vitest";
import { hasRedis, openTcp, startRedis } from "../src/index.js";

describe.skipIf(!hasRedis())("startRedis", () => {
  it("starts servers that know nothing of one another, and ends them", async () => {
    const servers = await Promise.all([startRedis(), startRedis()]);
    const [first, second] = servers.map(({ url }) => url.replace("redis:", "http:"));
    expect(first).not.toBe(second);
    const tcp = await openTcp(first as string);
    tcp.write("PING\r\n");
    await tcp.takeUntil("+PONG\r\n");
    tcp.destroy();
    await Promise.all(servers.map((server) => server.close()));
    await expect(openTcp(first as string)).rejects.toThrow("ECONNREFUSED");
  });
});
