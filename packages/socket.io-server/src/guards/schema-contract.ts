// biome-ignore-all lint/suspicious/noExplicitAny: reason: a schema of whatever it takes and makes
import type { EventsMap } from "typed-emitter";
import type { InputOf, OutputOf, StandardSchema } from "./standard-schema.js";

type AnySchema = StandardSchema<any, any>;

/** What an event brings. */
export interface EventContract {
  /** A schema for each argument. There must be no more arguments; one that is missing is validated as `undefined`. */
  readonly args?: readonly AnySchema[];
  /** The schema of the value of the acknowledgement. */
  readonly ack?: AnySchema;
}

/** What clients may send to a namespace. Schemas may change values: listeners get what they make of them. */
export interface Contract {
  /** The schema of what a client gives as `auth`. */
  readonly auth?: AnySchema;
  /** The events from clients. `ack` is the type of what we answer with, which is not validated. */
  readonly events?: Readonly<Record<string, EventContract>>;
  /** The events to clients. `args` are types, not validated; `ack` validates what the client answers. */
  readonly emits?: Readonly<Record<string, EventContract>>;
  /**
   * Whether clients may send events that `events` does not have.
   * @default false
   */
  readonly allowUnknown?: boolean;
}

type Args<Event extends EventContract> = Event["args"] extends readonly AnySchema[] ? Event["args"] : [];

type Outputs<Schemas extends readonly AnySchema[]> = {
  -readonly [Index in keyof Schemas]: OutputOf<Schemas[Index]>;
};

type Inputs<Schemas extends readonly AnySchema[]> = {
  -readonly [Index in keyof Schemas]: InputOf<Schemas[Index]>;
};

type Incoming<Event extends EventContract> = Event["ack"] extends AnySchema
  ? (...args: [...Outputs<Args<Event>>, callback: (answer: InputOf<Event["ack"]>) => void]) => void
  : (...args: Outputs<Args<Event>>) => void;

type Outgoing<Event extends EventContract> = Event["ack"] extends AnySchema
  ? (...args: [...Inputs<Args<Event>>, callback: (answer: OutputOf<Event["ack"]>) => void]) => void
  : (...args: Inputs<Args<Event>>) => void;

/** The events that a contract lets in, as listeners get them; `Otherwise` where it says nothing of them. */
export type IncomingEvents<C extends Contract, Otherwise extends EventsMap> =
  C["events"] extends Readonly<Record<string, EventContract>>
    ? { [Name in keyof C["events"]]: Incoming<C["events"][Name]> }
    : Otherwise;

/** The events that a contract has for clients. */
export type OutgoingEvents<C extends Contract, Otherwise extends EventsMap> =
  C["emits"] extends Readonly<Record<string, EventContract>>
    ? { [Name in keyof C["emits"]]: Outgoing<C["emits"][Name]> }
    : Otherwise;
