import { defineConfig } from "vitest/config";

// Tests run on the sources: every package lists "@socket.io/source" first in its exports.
const conditions = ["@socket.io/source"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["{packages,examples}/*/test/**/*.test.ts", "scripts/test/**/*.test.mjs"],
    reporters: ["default", "./scripts/summary-reporter.mjs"],
    testTimeout: 15_000,
    hookTimeout: 30_000,
  },
});
