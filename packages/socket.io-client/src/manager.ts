import { Socket as Engine } from "engine.io-client";
import type { DefaultEventsMap, EventsMap } from "typed-emitter";
import type { EngineConstructor, ManagerContract } from "./contract.js";
import { ManagerBase } from "./manager-base.js";
import type { ManagerOptions } from "./options.js";
import type { Socket } from "./socket.js";

/** See {@link ManagerContract}. The event maps are accepted for the sake of existing code: a manager has its own events only. */
export type Manager<
  _ListenEvents extends EventsMap = DefaultEventsMap,
  _EmitEvents extends EventsMap = _ListenEvents,
> = ManagerContract<Socket>;

export interface ManagerConstructor {
  new <ListenEvents extends EventsMap = DefaultEventsMap, EmitEvents extends EventsMap = ListenEvents>(
    uri?: string | Partial<ManagerOptions>,
    opts?: Partial<ManagerOptions>,
  ): Manager<ListenEvents, EmitEvents>;
  readonly prototype: Manager;
}

class FullManager extends ManagerBase {
  get Engine(): EngineConstructor {
    return Engine;
  }
}

export const Manager: ManagerConstructor = FullManager;
