import { hostSuite } from "./suite.js";

hostSuite("node:http on Bun");
