import { TypedEmitter } from "typed-emitter";

const emitter = new TypedEmitter<{ news: (text: string) => void }>();
emitter.on("news", (text) => text.toUpperCase());
// @ts-expect-error no such event
emitter.on("olds", () => {});
