// Vitest reporter: says at the end what was skipped for want of a service, and writes the counts for .ci/run.
import { writeFileSync } from "node:fs";

/** How testkit's `requireService` announces a missing service. */
const ANNOUNCEMENT = /^SKIPPED: (.+)$/gm;

export default class SummaryReporter {
  #missing = new Set();

  onUserConsoleLog({ content }) {
    for (const [, message] of content.matchAll(ANNOUNCEMENT)) this.#missing.add(message);
  }

  onTestRunEnd(modules, unhandledErrors) {
    const counts = count(modules);
    counts.failed += unhandledErrors.length;
    if (process.env.TEST_COUNTS_FILE) writeFileSync(process.env.TEST_COUNTS_FILE, JSON.stringify(counts));
    if (this.#missing.size === 0 && counts.skipped === 0) return;

    console.log(`\nSkipped tests: ${counts.skipped}`);
    for (const module of modules) {
      const skipped = tally(module).skipped;
      if (skipped > 0) console.log(`  ${skipped.toString().padStart(4)}  ${module.relativeModuleId}`);
    }
    for (const message of this.#missing) console.log(`  ${message}`);
    console.log("  With REQUIRE_ALL_SUITES=1 a missing service is a failure instead.\n");
  }
}

function count(modules) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    const one = tally(module);
    // A module that broke before its tests ran has none to count.
    if (module.state() === "failed" && one.failed === 0) one.failed = 1;
    for (const key of Object.keys(total)) total[key] += one[key];
  }
  return total;
}

function tally(module) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    total[state === "pending" ? "skipped" : state]++;
  }
  return total;
}
