import { protocol } from "socket.io-parser";
import { createLookup } from "./io.js";
import { Manager } from "./manager.js";
import { Socket } from "./socket.js";

export const io = /* @__PURE__ */ createLookup(Manager, Socket, protocol);
