// node run.js [scenario …] [--rounds 5] [--against published,ws] — see README.md
import { parseArgs } from "node:util";
import { contenders } from "./contenders.js";
import { withPair } from "./lib/pair.js";
import { median, ratio } from "./lib/stats.js";
import { inbound } from "./scenarios/inbound.js";
import { lifecycle } from "./scenarios/lifecycle.js";
import { outbound } from "./scenarios/outbound.js";
import { polling } from "./scenarios/polling.js";

const scenarios = { ...outbound, ...inbound, ...lifecycle, ...polling };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    against: { type: "string", default: "ws" },
    json: { type: "boolean", default: false },
  },
});

const unknown = positionals.filter((name) => !scenarios[name]);
if (unknown.length > 0) {
  console.error(`unknown scenario ${unknown.join(", ")}; there are: ${Object.keys(scenarios).join(", ")}`);
  process.exit(2);
}

const rounds = Number(values.rounds);
const names = ["published", "ours", ...values.against.split(",").filter(Boolean)];
const chosen = positionals.length > 0 ? positionals : Object.keys(scenarios);
const results = {};

for (const name of chosen) {
  const scenario = scenarios[name];
  const running = names.filter((key) => !scenario.only || contenders[key].wire === scenario.only);
  const samples = Object.fromEntries(running.map((key) => [key, []]));
  for (let round = 0; round < rounds; round++) {
    // Interleaved, so that a slow minute of the machine is shared by all.
    for (const key of running) {
      const contender = contenders[key];
      const figure = await withPair({ contender, options: scenario.listen }, (pair) =>
        scenario.run(pair, contender),
      );
      samples[key].push(figure);
    }
  }
  results[name] = samples;
  if (!values.json) report(name, samples);
}
if (values.json) console.log(JSON.stringify(results, null, 2));

function report(name, samples) {
  const base = median(samples.published);
  const columns = Object.keys(samples)
    .filter((key) => key !== "published")
    .map((key) => {
      const { median: middle, min, max } = ratio(samples[key], samples.published);
      return `${key} ${middle.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
    });
  console.log(`${name.padEnd(20)} published ${base.toFixed(1).padStart(9)}   ${columns.join("   ")}`);
}
