import { ourClient, publishedServer } from "./implementations.js";
import { interopSuite } from "./suite.js";

interopSuite(ourClient, publishedServer);
