import { publishedClient, publishedServer } from "./implementations.js";
import { interopSuite } from "./suite.js";

// What the suite asks for is what the published packages do.
interopSuite(publishedClient, publishedServer);
