import { isThenable } from "../listeners/middleware.js";
import type { Contract } from "./schema-contract.js";
import type { StandardSchema, StandardSchemaIssue, StandardSchemaResult } from "./standard-schema.js";

/** One thing that is wrong, and where: of an event, the path begins with the index of the argument. */
export interface ContractIssue {
  message: string;
  path: (string | number)[];
}

/** What a client sent that a contract does not allow. */
export interface ContractError extends Error {
  code: "ERR_CONTRACT";
  issues: ContractIssue[];
}

type Checked<Value> = { value: Value } | { error: ContractError };
type Maybe<Value> = Checked<Value> | Promise<Checked<Value>>;

/** The arguments of an event, as the schemas make them. At once, unless a schema takes its time. */
export function checkEvent(contract: Contract, event: string, args: readonly unknown[]): Maybe<unknown[]> {
  const { events, allowUnknown = false } = contract;
  if (!events) return { value: [...args] };
  const known = Object.hasOwn(events, event) ? events[event] : undefined;
  if (!known) {
    return allowUnknown
      ? { value: [...args] }
      : failed("unknown event", [{ message: "unknown event", path: [] }]);
  }
  const schemas = known.args ?? [];
  if (args.length > schemas.length) {
    const message = `expected ${schemas.length} arguments, not ${args.length}`;
    return failed("invalid event", [{ message, path: [schemas.length] }]);
  }
  const results = schemas.map((schema, i) => validate(schema, args[i]));
  const merged = (all: Result[]) => merge("invalid event", all);
  return results.some(isThenable) ? Promise.all(results).then(merged) : merged(results as Result[]);
}

/** One value, as the schema makes it. */
export function checkValue(what: string, schema: StandardSchema, value: unknown): Maybe<unknown> {
  const checked = (result: Result): Checked<unknown> =>
    result.issues ? failed(`invalid ${what}`, toIssues(result.issues, [])) : { value: result.value };
  const result = validate(schema, value);
  return isThenable(result) ? Promise.resolve(result).then(checked) : checked(result);
}

type Result = StandardSchemaResult<unknown>;

/** A schema that throws has refused. */
function validate(schema: StandardSchema, value: unknown): Result | Promise<Result> {
  const refused = (): Result => ({ issues: [{ message: "could not be validated" }] });
  try {
    const result = schema["~standard"].validate(value);
    return isThenable(result) ? Promise.resolve(result).catch(refused) : result;
  } catch {
    return refused();
  }
}

function merge(message: string, results: Result[]): Checked<unknown[]> {
  const issues = results.flatMap((result, i) => (result.issues ? toIssues(result.issues, [i]) : []));
  if (issues.length) return failed(message, issues);
  return { value: results.map((result) => (result as { value: unknown }).value) };
}

function toIssues(issues: readonly StandardSchemaIssue[], start: (string | number)[]): ContractIssue[] {
  return issues.map(({ message, path = [] }) => ({
    message,
    path: [...start, ...path.map((step) => toKey(typeof step === "object" ? step.key : step))],
  }));
}

function toKey(key: PropertyKey): string | number {
  return typeof key === "number" ? key : String(key);
}

function failed(message: string, issues: ContractIssue[]): { error: ContractError } {
  return { error: Object.assign(new Error(message), { code: "ERR_CONTRACT" as const, issues }) };
}
