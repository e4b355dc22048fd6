import { hostSuite } from "./suite.js";

hostSuite("Bun");
