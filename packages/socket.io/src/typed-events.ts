// Types that are imported from "socket.io/dist/typed-events", under the names they have there.
export type * from "typed-emitter";
export type { TypedEmitter as StrictEventEmitter } from "typed-emitter";
