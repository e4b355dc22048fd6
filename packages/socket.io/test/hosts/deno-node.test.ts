import { hostSuite } from "./suite.js";

hostSuite("node:http on Deno");
