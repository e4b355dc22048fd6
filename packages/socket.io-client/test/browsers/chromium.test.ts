import { behavesIn } from "./suite.js";

behavesIn("chromium");
