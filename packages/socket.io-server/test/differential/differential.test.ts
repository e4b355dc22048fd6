import { expect, test } from "vitest";
import { implementations } from "../support/start.js";
import { trace } from "../support/trace.js";
import { basicScenarios } from "./scenarios-basic.js";
import { namespaceScenarios } from "./scenarios-namespaces.js";

test.each(Object.entries({ ...basicScenarios, ...namespaceScenarios }))(
  "%s, as published",
  async (_name, scenario) => {
    const published = await trace(implementations.published, scenario);
    expect(published.length).toBeGreaterThan(0);
    expect(await trace(implementations.ours, scenario)).toEqual(published);
  },
);
