import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer as createSecureServer } from "node:https";
import type { TLSSocket } from "node:tls";
import { fileURLToPath } from "node:url";
import { listen, waitFor } from "testkit";
import { describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { Socket, type SocketOptions } from "../src/index.js";
import { closing } from "./support/cleanup.js";
import { SERVERS, start } from "./support/servers.js";

const attach = SERVERS["published engine.io"] as (typeof SERVERS)[string];
const fixture = (name: string) => readFileSync(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)));
const cert = fixture("cert.pem");
const key = fixture("key.pem");

describe.each(["polling", "websocket"])("TLS options, %s", (name) => {
  const secure = async (options: object) => {
    const http = createSecureServer({ key, cert, ...options });
    const server = closing(await start(attach, { http: http as never }));
    return { ...server, http };
  };
  const open = async (url: string, opts: SocketOptions) => {
    const socket = closing(new Socket(url, { transports: [name], ca: cert, ...opts }));
    await waitFor(socket, "open", { rejectOn: ["error"] });
  };
  const askForCertificates = { requestCert: true, rejectUnauthorized: true, ca: cert };

  it("pfx and passphrase: an identity in one file", async () => {
    const { url } = await secure(askForCertificates);
    await open(url, { pfx: fixture("identity.pfx"), passphrase: "secret" });
    await expect(open(url, { pfx: fixture("identity.pfx"), passphrase: "guess" })).rejects.toThrow();
  });

  it("passphrase: of a key that is encrypted", async () => {
    const passphrase = "secret";
    const encrypted = createPrivateKey(key).export({
      type: "pkcs8",
      format: "pem",
      cipher: "aes-256-cbc",
      passphrase,
    });
    const { url } = await secure(askForCertificates);
    await open(url, { cert, key: encrypted, passphrase });
  });

  it("ciphers: those that the client may use", async () => {
    const { url, http } = await secure({ maxVersion: "TLSv1.2" });
    const connection = waitFor<[TLSSocket]>(http, "secureConnection");
    const ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";
    await open(url, { ciphers });
    expect(ciphers).toContain((await connection)[0].getCipher().name);
  });
});

it("protocols: the subprotocols that a WebSocket asks for", async () => {
  const server = new WebSocketServer({ noServer: true });
  const http = (await import("node:http")).createServer();
  const { url, close } = await listen(http);
  http.on("upgrade", (request, socket, head) => server.handleUpgrade(request, socket, head, () => {}));
  const upgrade = waitFor<[{ headers: Record<string, string> }]>(http, "upgrade");
  const socket = new Socket(url, { transports: ["websocket"], protocols: ["one", "two"] });
  expect((await upgrade)[0].headers["sec-websocket-protocol"]).toBe("one,two");
  socket.close();
  await close();
});
