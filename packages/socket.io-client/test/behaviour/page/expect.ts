// What `import { expect } from "vitest"` is in a page: the same assertions, without the test runner.
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
} from "@vitest/expect";

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

const matchers = Reflect.get(globalThis, ASYMMETRIC_MATCHERS_OBJECT) as object;

export const expect = Object.assign((value: unknown) => chai.expect(value), chai.expect, matchers);
