import { hostSuite } from "./suite.js";

hostSuite("Hono on Deno");
