import type { Adapter } from "socket.io-adapter";
import type { NamespaceContract } from "../contract.js";
import type { AdapterConstructor } from "./server-options.js";

/** The adapter of a namespace, from a class or from a function that returns one. */
export function makeAdapter(make: AdapterConstructor, nsp: NamespaceContract): Adapter {
  return isConstructor(make)
    ? (new (make as new (nsp: NamespaceContract) => Adapter)(nsp) as Adapter)
    : (make as (nsp: NamespaceContract) => Adapter)(nsp);
}

/** Whether a function can be called with `new`; it is not called to find out. */
function isConstructor(fn: unknown): boolean {
  try {
    Reflect.construct(Object, [], fn as never);
    return true;
  } catch {
    return false;
  }
}
