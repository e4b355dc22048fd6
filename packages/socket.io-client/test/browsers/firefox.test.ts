import { behavesIn } from "./suite.js";

behavesIn("firefox");
