import { ourServer, publishedServer, type ServerImplementation } from "../../interop/implementations.js";
import { loadOver, ourBase, publishedBase } from "./load-over.js";

/** A server, and a published adapter over some base class. */
export interface Kind<T> {
  server: ServerImplementation;
  exports: T;
}

/** In which ways two servers can run a published adapter: what each is, by name. */
export function kindsOf<T>(packageName: string): [string, [Kind<T>, Kind<T>]][] {
  const overOurs: Kind<T> = { server: ourServer, exports: loadOver(packageName, ourBase) };
  const overItsOwn: Kind<T> = { server: ourServer, exports: loadOver(packageName, publishedBase) };
  const published: Kind<T> = { ...overItsOwn, server: publishedServer };
  return [
    ["over our base class", [overOurs, overOurs]],
    ["over its own base class", [overItsOwn, overItsOwn]],
    ["over ours, beside a published server", [overOurs, published]],
  ];
}
