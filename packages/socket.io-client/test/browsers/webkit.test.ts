import { behavesIn } from "./suite.js";

behavesIn("webkit");
