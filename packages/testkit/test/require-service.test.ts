import { afterEach, describe, expect, it, vi } from "vitest";
import { requireService } from "../src/index.js";

describe("requireService", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it("is content when it was found", () => {
    vi.stubEnv("REQUIRE_ALL_SUITES", "1");
    expect(requireService("Thing", "/usr/bin/thing", "apt-get install thing")).toBe(true);
  });

  it("says once what to install when it is missing", () => {
    vi.stubEnv("REQUIRE_ALL_SUITES", "");
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    expect(requireService("Gadget", undefined, "apt-get install gadget")).toBe(false);
    expect(requireService("Gadget", undefined, "apt-get install gadget")).toBe(false);
    expect(warn.mock.calls).toEqual([
      ["SKIPPED: Gadget was not found. To run the tests that need it: apt-get install gadget"],
    ]);
  });

  it("fails where all suites are required", () => {
    vi.stubEnv("REQUIRE_ALL_SUITES", "1");
    expect(() => requireService("Widget", undefined, "apt-get install widget")).toThrow(
      expect.objectContaining({ code: "ERR_SERVICE_MISSING" }),
    );
  });
});
