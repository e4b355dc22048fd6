import { protocol } from "socket.io-parser";
import { createLookup, type Io } from "./io.js";
import { Manager } from "./manager.js";
import { Socket } from "./socket.js";

export const io: Io = /* @__PURE__ */ createLookup(Manager, Socket, protocol);
