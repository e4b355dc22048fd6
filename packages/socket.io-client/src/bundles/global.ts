import { Fetch, io, NodeWebSocket, NodeXHR, WebSocket, WebTransport, XHR } from "../index.js";

declare const module: object | undefined;
declare const define: (((dependencies: [], factory: () => unknown) => void) & { amd?: unknown }) | undefined;

// What a <script> or an AMD or CommonJS loader gets: the function, which carries the named exports.
Object.assign(io, { Fetch, NodeWebSocket, NodeXHR, WebSocket, WebTransport, XHR });

if (typeof module === "object") Object.assign(module, { exports: io });
else if (typeof define === "function" && define.amd) define([], () => io);
else Object.assign(globalThis, { io });
