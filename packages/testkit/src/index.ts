export type { Browser, BrowserContext, Page } from "playwright-core";
export { type BrowserOptions, findChromium, hasChromium, launchChromium } from "./browsers/chromium.js";
export type { BrowserEngine, TestBrowser, TestPage } from "./browsers/contract.js";
export { BROWSER_ENGINES, hasBrowser, openBrowser } from "./browsers/open.js";
export { watchPage } from "./browsers/watch-page.js";
export { type Certificate, hasCertificates, makeCertificate } from "./certificate.js";
export { collect, type EventEntry, type WaitForOptions, waitFor } from "./events.js";
export type { ChunkFaults, Direction, DirectionFaults } from "./fault-pipe.js";
export {
  type FaultProxy,
  type FaultProxyOptions,
  type PassingChunk,
  type ProxyCounters,
  startFaultProxy,
} from "./fault-proxy.js";
export { freePort, type Listening, type ListenOptions, listen } from "./listen.js";
export { loadOver } from "./load-over.js";
export { hasNats, type NatsServer, startNats } from "./nats.js";
export { hasPostgres, type PostgresServer, startPostgres } from "./postgres.js";
export { Queue, type QueueWait } from "./queue.js";
export { hasRedis, type RedisCluster, type RedisServer, startRedis, startRedisCluster } from "./redis.js";
export { requireService } from "./require-service.js";
export { findRuntime, hasRuntime, type RuntimeName } from "./runtimes.js";
export { type ServerProcess, startServerProcess } from "./server-process.js";
export { DEFAULT_TIMEOUT, TimeoutError, within } from "./timeout.js";
export { type FrameOptions, FrameReader, frame, type WireFrame } from "./wire/frames.js";
export { type HttpReply, type HttpRequestOptions, httpRequest } from "./wire/http.js";
export {
  decodePayload,
  encodePayload,
  type Handshake,
  openPolling,
  type PollingWire,
  type WireOptions,
} from "./wire/polling.js";
export { openRawWebSocket, type RawWebSocket } from "./wire/raw-websocket.js";
export { openSocketIo, type SocketIoWire, type SocketIoWireOptions } from "./wire/socket-io.js";
export { openTcp, type TcpWire } from "./wire/tcp.js";
export { openWebSocket, type WebSocketWire, type WebSocketWireOptions } from "./wire/websocket.js";
