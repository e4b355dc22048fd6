import { hostSuite } from "./suite.js";

hostSuite("Deno");
