import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Two nodes, and a session of one through the other. */
export default async function use(load) {
  const { ClusterEngine, NodeClusterEngine, setupPrimary, unixLink } =
    await load("@socket.io/cluster-engine");
  assert.throws(() => new NodeClusterEngine(), { code: "ERR_NO_PRIMARY" });
  assert.equal(typeof setupPrimary, "function");

  const directory = mkdtempSync(join(tmpdir(), "smoke-"));
  const [owner, other] = await Promise.all([start(), start()]);
  const { sid } = JSON.parse((await (await fetch(owner.url)).text()).slice(1));
  await fetch(`${other.url}&sid=${sid}`, { method: "POST", body: "4hello" });
  assert.equal(await (await fetch(`${other.url}&sid=${sid}`)).text(), "4echo hello");
  for (const { engine, httpServer } of [owner, other]) {
    engine.close();
    httpServer.close();
    httpServer.closeAllConnections();
  }
  rmSync(directory, { recursive: true });

  async function start() {
    const httpServer = createServer();
    const engine = new ClusterEngine(unixLink({ directory }));
    engine.attach(httpServer);
    engine.on("connection", (socket) => socket.on("message", (text) => socket.send(`echo ${text}`)));
    await new Promise((resolve) => httpServer.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${httpServer.address().port}/engine.io/?EIO=4&transport=polling`;
    return { engine, httpServer, url };
  }
}
