import { ourClient, ourServer } from "./implementations.js";
import { interopSuite } from "./suite.js";

interopSuite(ourClient, ourServer);
