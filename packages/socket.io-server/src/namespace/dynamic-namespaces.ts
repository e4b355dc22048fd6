import type { NamespaceContract } from "../contract.js";
import { codedError } from "../errors.js";
import { isThenable } from "../listeners/middleware.js";

/**
 * Decides whether a namespace may be made: calls back `(error, allowed)`, or returns a boolean or a promise of one.
 *
 * @param auth - what the client gave as `auth`
 */
export type ParentNspNameMatchFn = (
  name: string,
  // biome-ignore lint/suspicious/noExplicitAny: reason: its shape is the application's, and published so
  auth: { [key: string]: any },
  fn: (err: Error | null, success: boolean) => void,
) => unknown;

interface Parent {
  createChild(name: string): NamespaceContract;
}

/** The regular expressions and functions by which namespaces are made when a client asks for them. */
export class DynamicNamespaces<ParentNamespace extends Parent> {
  readonly #parents = new Map<ParentNspNameMatchFn | string, [ParentNspNameMatchFn, ParentNamespace]>();

  /**
   * The parent of a regular expression or function, the same one for the same.
   *
   * @throws Error with code `ERR_STATEFUL_REGEXP`
   */
  of(matcher: RegExp | ParentNspNameMatchFn, create: (name: string) => ParentNamespace): ParentNamespace {
    const key = typeof matcher === "function" ? matcher : String(matcher);
    const known = this.#parents.get(key);
    if (known) return known[1];
    const parent = create(`/_${this.#parents.size}`);
    this.#parents.set(key, [typeof matcher === "function" ? matcher : fromRegExp(matcher), parent]);
    return parent;
  }

  /** The namespace of that name from the first parent that allows it. */
  find(
    name: string,
    auth: Record<string, unknown>,
    existing: (name: string) => NamespaceContract | undefined,
    callback: (nsp: NamespaceContract | false) => void,
  ): void {
    const parents = this.#parents.values();
    const tryNext = (): void => {
      const { value } = parents.next();
      if (!value) {
        callback(false);
        return;
      }
      const [match, parent] = value;
      ask(match, name, auth, (allowed) => {
        if (!allowed) tryNext();
        // Another client may have been faster.
        else callback(existing(name) ?? parent.createChild(name));
      });
    };
    tryNext();
  }

  /** The parent whose regular expression matches a name. */
  parentOf(name: string): ParentNamespace | undefined {
    for (const [key, [match, parent]] of this.#parents) {
      if (typeof key === "string" && match(name, {}, () => {}) === true) return parent;
    }
    return undefined;
  }
}

function fromRegExp(regexp: RegExp): ParentNspNameMatchFn {
  if (regexp.global || regexp.sticky) {
    throw codedError("ERR_STATEFUL_REGEXP", "stateful regular expressions are not supported");
  }
  return (name) => regexp.test(name);
}

/** Asks once; an error, also a thrown one, is a no. */
function ask(
  match: ParentNspNameMatchFn,
  name: string,
  auth: Record<string, unknown>,
  done: (allowed: boolean) => void,
): void {
  let asked = false;
  const decide = (allowed: unknown): void => {
    if (asked) return;
    asked = true;
    done(Boolean(allowed));
  };
  let result: unknown;
  try {
    result = match(name, auth, (error, success) => decide(!error && success));
  } catch {
    result = false;
  }
  if (typeof result === "boolean") decide(result);
  else if (isThenable(result)) {
    // A promise without a value is that of an async function which calls back.
    result.then(
      (allowed) => typeof allowed === "boolean" && decide(allowed),
      () => decide(false),
    );
  }
}
