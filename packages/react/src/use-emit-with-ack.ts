import { useCallback, useEffect, useRef, useState } from "react";
import type {
  AllButLast,
  DefaultEventsMap,
  EventNames,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
} from "typed-emitter";
import { useSocket } from "./use-socket.js";

export interface EmitWithAckOptions {
  /** @default "/" */
  namespace?: string;
  /** Milliseconds to wait for the answer. @default that of the socket's `ackTimeout`, else no limit */
  timeout?: number;
}

/** Where a request is. At most one of `data` and `error` is there. */
export interface RequestState<Data> {
  readonly pending: boolean;
  readonly data: Data | undefined;
  /** With `code` `ERR_ACK_TIMEOUT` or `ERR_SOCKET_DISCONNECTED`. */
  readonly error: Error | undefined;
}

export interface Request<Args extends unknown[], Data> extends RequestState<Data> {
  /** Emits the event. What an earlier call comes to is of no interest from then on. */
  readonly send: (...args: Args) => void;
  /** Gives up waiting. The event itself may have arrived. */
  readonly abort: () => void;
}

const IDLE = { pending: false, data: undefined, error: undefined };

/**
 * Emits an event and keeps what the server acknowledges it with.
 *
 * @example
 * const { send, pending, data, error, abort } = useEmitWithAck("search", { timeout: 5000 });
 * return <input onChange={({ target }) => send(target.value)} />;
 */
export function useEmitWithAck<
  EmitEvents extends EventsMap = DefaultEventsMap,
  Ev extends EventNames<EmitEvents> = EventNames<EmitEvents>,
>(
  event: Ev,
  { namespace, timeout }: EmitWithAckOptions = {},
): Request<AllButLast<EventParams<EmitEvents, Ev>>, FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>> {
  type Data = FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>;
  const socket = useSocket(namespace);
  const [state, setState] = useState<RequestState<Data>>(IDLE);
  /** The call whose outcome counts. */
  const current = useRef<object | undefined>(undefined);

  const send = useCallback(
    (...args: unknown[]) => {
      const call = {};
      current.current = call;
      const finish = (outcome: Partial<RequestState<Data>>) => {
        if (current.current === call) setState({ ...IDLE, ...outcome });
      };
      finish({ pending: true });
      const sender = timeout === undefined ? socket : socket.timeout(timeout);
      sender.emitWithAck(event as string, ...args).then(
        (data: Data) => finish({ data }),
        (error: Error) => finish({ error }),
      );
    },
    [socket, event, timeout],
  );
  const abort = useCallback(() => {
    current.current = undefined;
    setState((before) => (before.pending ? IDLE : before));
  }, []);
  useEffect(
    () => () => {
      current.current = undefined;
    },
    [],
  );
  return { ...state, send, abort };
}
