import { hostSuite } from "./suite.js";

hostSuite("Node.js 24");
