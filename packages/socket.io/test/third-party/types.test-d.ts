import { createAdapter } from "published-redis-adapter";
import { Adapter, SessionAwareAdapter } from "published-socket.io-adapter";
import { Server } from "../../src/index.js";

// Adapters whose types come from another copy of the base class.
new Server({ adapter: Adapter });
new Server().adapter(SessionAwareAdapter);
new Server({ adapter: (nsp: unknown) => new Adapter(nsp) });
new Server({ adapter: createAdapter({}, {}) });

// @ts-expect-error: not an adapter
new Server({ adapter: () => new Map() });
