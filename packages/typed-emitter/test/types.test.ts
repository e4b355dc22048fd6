import { describe, expectTypeOf, it } from "vitest";
import {
  type DecorateAcknowledgements,
  type DecorateAcknowledgementsWithMultipleResponses,
  type DecorateAcknowledgementsWithTimeoutAndMultipleResponses,
  type DefaultEventsMap,
  type EventNames,
  type EventNamesWithAck,
  type EventNamesWithError,
  type EventNamesWithoutAck,
  type EventParams,
  type FirstNonErrorArg,
  type Last,
  type RemoveAcknowledgements,
  type ReservedOrUserListener,
  TypedEmitter,
} from "../src/index.js";

interface Events {
  plain: (text: string, count: number) => void;
  bare: () => void;
  asks: (question: string, cb: (answer: number) => void) => void;
  asksOnly: (cb: (answer: number) => void) => void;
  fails: (cb: (err: Error, answer: string) => void) => void;
}

// The checks are made by the type checker, over this file.
describe("types", () => {
  it("are strict about names, arguments and listeners", () => {
    const e = new TypedEmitter<Events, Events, { ready: (at: Date) => void }>();
    e.on("plain", (text, count) => {
      expectTypeOf(text).toEqualTypeOf<string>();
      expectTypeOf(count).toEqualTypeOf<number>();
    });
    e.on("ready", (at) => expectTypeOf(at).toEqualTypeOf<Date>());
    e.emit("plain", "a", 1);
    // @ts-expect-error an argument is missing
    e.emit("plain", "a");
    // @ts-expect-error no such event
    e.emit("unknown");
    // @ts-expect-error reserved events are the emitter's own
    e.emit("ready", new Date());
    // @ts-expect-error emitReserved is protected
    e.emitReserved.name;
    // @ts-expect-error the listener takes another type
    e.on("plain", (text: number) => text);
    expectTypeOf(e.listeners("plain")).toEqualTypeOf<Events["plain"][]>();
  });

  it("accept everything by default", () => {
    const e = new TypedEmitter();
    e.on("anything", (text: string) => text);
    e.emit("anything", 1, "b", {});
    expectTypeOf<EventParams<DefaultEventsMap, "x">>().toEqualTypeOf<Parameters<DefaultEventsMap["x"]>>();
  });

  it("find the events with acknowledgements", () => {
    expectTypeOf<EventNames<Events>>().toEqualTypeOf<keyof Events>();
    expectTypeOf<EventNamesWithAck<Events>>().toEqualTypeOf<"asks" | "asksOnly" | "fails">();
    expectTypeOf<EventNamesWithoutAck<Events>>().toEqualTypeOf<"plain" | "bare">();
    expectTypeOf<EventNamesWithError<Events>>().toEqualTypeOf<"fails">();
    expectTypeOf<keyof RemoveAcknowledgements<Events>>().toEqualTypeOf<"plain" | "bare">();
    expectTypeOf<EventNamesWithAck<DefaultEventsMap>>().toEqualTypeOf<string>();
  });

  it("take acknowledgements apart", () => {
    expectTypeOf<Last<[string, number]>>().toEqualTypeOf<number>();
    expectTypeOf<FirstNonErrorArg<(answer: number) => void>>().toEqualTypeOf<number>();
    expectTypeOf<FirstNonErrorArg<(err: Error, answer: string) => void>>().toEqualTypeOf<string>();
  });

  it("decorate acknowledgements", () => {
    type WithTimeout = DecorateAcknowledgements<Events>;
    expectTypeOf<WithTimeout["plain"]>().toEqualTypeOf<Events["plain"]>();
    expectTypeOf<Last<Parameters<WithTimeout["asks"]>>>().toEqualTypeOf<
      (err: Error, answer: number) => void
    >();
    expectTypeOf<Last<Parameters<WithTimeout["fails"]>>>().toEqualTypeOf<
      (err: Error, answer: string) => void
    >();
    type Several = DecorateAcknowledgementsWithMultipleResponses<Events>;
    expectTypeOf<Last<Parameters<Several["asks"]>>>().toEqualTypeOf<(answer: number[]) => void>();
    type Both = DecorateAcknowledgementsWithTimeoutAndMultipleResponses<Events>;
    expectTypeOf<Last<Parameters<Both["asks"]>>>().toEqualTypeOf<(err: Error, answer: number[]) => void>();
    expectTypeOf<Last<Parameters<Both["fails"]>>>().toEqualTypeOf<(err: Error, answer: string[]) => void>();
  });

  it("give the reserved listener precedence, and an untyped one to generic names", () => {
    expectTypeOf<ReservedOrUserListener<{ a: (x: 1) => void }, { a: (x: 2) => void }, "a">>().toEqualTypeOf<
      (x: 1) => void
    >();
    function generic<E extends { [event: string]: () => void }>(e: TypedEmitter<E>, name: EventNames<E>) {
      e.off(name);
    }
    generic(new TypedEmitter<{ b: () => void }>(), "b");
  });
});
