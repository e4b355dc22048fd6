import { ourServer, publishedClient } from "./implementations.js";
import { interopSuite } from "./suite.js";

interopSuite(publishedClient, ourServer);
