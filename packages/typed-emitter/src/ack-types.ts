// biome-ignore-all lint/suspicious/noExplicitAny: reason: acknowledgement types are inferred from callbacks with any argument list
import type { EventNames, EventsMap } from "./types.js";

type IfAny<T, Yes, No> = 0 extends 1 & T ? Yes : No;
type Callback = (...args: any[]) => any;
type ArgumentsOf<T> = T extends (...args: infer Args) => any ? Args : never;

/** The type of the last element of a tuple. */
export type Last<T extends readonly unknown[]> = T extends readonly [infer Only]
  ? Only
  : T extends readonly [unknown, ...infer Tail]
    ? Last<Tail>
    : T extends readonly (infer Item)[]
      ? Item
      : never;

/** A tuple without its last element. */
export type AllButLast<T extends any[]> = T extends [...infer Head, any] ? Head : any[];

/** The first element that is not an error: the value of an `(err, value)` callback, or of a `(value)` one. */
export type FirstNonErrorTuple<T extends unknown[]> = T[0] extends Error ? T[1] : T[0];

/** {@link FirstNonErrorTuple} of a callback's arguments: what `emitWithAck` resolves with. */
export type FirstNonErrorArg<T> = T extends (...args: infer Args) => any ? FirstNonErrorTuple<Args> : any;

/** Every element of a tuple, as an array of it: what several receivers answer. */
export type MultiplyArray<T extends unknown[]> = { [K in keyof T]: T[K][] };

/** The events whose last argument is an acknowledgement callback. */
export type EventNamesWithAck<Map extends EventsMap, K extends EventNames<Map> = EventNames<Map>> = IfAny<
  Last<Parameters<Map[K]>> | Map[K],
  K,
  K extends (
    Parameters<Map[K]> extends never[]
      ? never
      : Last<Parameters<Map[K]>> extends Callback
        ? K
        : never
  )
    ? K
    : never
>;

/** The events without acknowledgement callback. */
export type EventNamesWithoutAck<Map extends EventsMap, K extends EventNames<Map> = EventNames<Map>> = IfAny<
  Last<Parameters<Map[K]>> | Map[K],
  K,
  K extends (Parameters<Map[K]> extends never[] ? K : never)
    ? K
    : K extends (Last<Parameters<Map[K]>> extends Callback ? never : K)
      ? K
      : never
>;

/** The events whose acknowledgement callback takes an error first. */
export type EventNamesWithError<
  Map extends EventsMap,
  K extends EventNamesWithAck<Map> = EventNamesWithAck<Map>,
> = IfAny<
  Last<Parameters<Map[K]>> | Map[K],
  K,
  K extends (ArgumentsOf<Last<Parameters<Map[K]>>>[0] extends Error ? K : never) ? K : never
>;

/** The map without the events that take an acknowledgement. */
export type RemoveAcknowledgements<E extends EventsMap> = { [K in EventNamesWithoutAck<E>]: E[K] };

type WithTimeoutError<T extends any[]> = {
  [K in keyof T]: T[K] extends (...args: infer Args) => infer Result
    ? Args[0] extends Error
      ? T[K]
      : (err: Error, ...args: Args) => Result
    : T[K];
};

// The first argument only, with the name its author gave it.
type FirstWithLabel<T extends any[]> = T extends [any, ...infer Rest]
  ? T extends [...infer Head, ...Rest]
    ? Head
    : never
  : never;

type WithSeveralResponses<T extends any[]> = {
  [K in keyof T]: T[K] extends (...args: infer Args) => infer Result
    ? Args extends []
      ? () => Result
      : Args extends [Error]
        ? (err: Error) => Result
        : Args extends [Error, ...infer Values]
          ? (err: Error, ...args: FirstWithLabel<MultiplyArray<Values>>) => Result
          : (...args: FirstWithLabel<MultiplyArray<Args>>) => Result
    : T[K];
};

/**
 * Events as they are emitted after `timeout()`: the acknowledgement gets an error first.
 *
 * @example
 * // with { ask: (question: string, cb: (answer: number) => void) => void }
 * socket.timeout(1000).emit("ask", "?", (err, answer) => {});
 */
export type DecorateAcknowledgements<E> = {
  [K in keyof E]: E[K] extends (...args: infer Args) => infer Result
    ? (...args: WithTimeoutError<Args>) => Result
    : E[K];
};

/** Events as they are broadcast: the acknowledgement gets an array, one value for each receiver. */
export type DecorateAcknowledgementsWithMultipleResponses<E> = {
  [K in keyof E]: E[K] extends (...args: infer Args) => infer Result
    ? (...args: WithSeveralResponses<Args>) => Result
    : E[K];
};

/** Events as they are broadcast after `timeout()`: an error first, then one value for each receiver. */
export type DecorateAcknowledgementsWithTimeoutAndMultipleResponses<E> = {
  [K in keyof E]: E[K] extends (...args: infer Args) => infer Result
    ? (...args: WithSeveralResponses<WithTimeoutError<Args>>) => Result
    : E[K];
};
