export type { Clock } from "./clock.js";
export { createPair, type Pair, type PairOptions } from "./create-pair.js";
export type { Network } from "./network.js";
