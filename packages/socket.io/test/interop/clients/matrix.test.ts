import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { CLIENTS, FEATURES, TRANSPORTS } from "./matrix.js";

// The tables of "Clients and protocols" in docs/compatibility.md say what the tests here do, no less and no more.

const docs = new URL("../../../../../docs/", import.meta.url);
const page = readFileSync(new URL("compatibility.md", docs), "utf8");
const section = page.split(/^## /m).find((text) => text.startsWith("Clients and protocols")) ?? "";

/** The tables of the section: each a heading and its rows, as cells. */
const tables = section
  .split(/\n(?!\|)/)
  .map((block) =>
    block
      .trim()
      .split("\n")
      .filter((line) => line.startsWith("|")),
  )
  .filter((lines) => lines.length > 2)
  .map((lines) =>
    lines.map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    ),
  )
  .map(([heading = [], , ...rows]) => ({ heading, rows }));

test("every client, transport and feature of the suite is in the table", () => {
  const [{ heading, rows } = { heading: [], rows: [] }] = tables;
  expect(heading).toEqual(["client", "protocol", "over", ...FEATURES]);
  const expected = CLIENTS.flatMap(({ version, protocol }) =>
    Object.keys(TRANSPORTS).map((transport) => [`socket.io-client ${version}`, String(protocol), transport]),
  );
  expect(rows.map((row) => row.slice(0, 3))).toEqual(expected);
});

test("every cell names a test file", () => {
  const cells = tables.flatMap(({ rows }) => rows.flat());
  const links = cells.flatMap((cell) =>
    [...cell.matchAll(/\[✓\]\((.+?)\)/g)].map(([, path]) => path as string),
  );
  expect(links.length).toBeGreaterThan(CLIENTS.length * FEATURES.length);
  expect(links.filter((path) => !path.endsWith(".test.ts") || !existsSync(new URL(path, docs)))).toEqual([]);
  expect(cells.filter((cell) => cell === "")).toEqual([]);
});

describe.each([
  ["published-socket.io-client-2", "2.5.0"],
  ["published-socket.io-client-3", "3.1.3"],
  ["published-socket.io-client-4.0", "4.0.2"],
  ["published-socket.io-client", "4.8.4"],
])("%s", (name, version) => {
  test(`is ${version}`, () => {
    const installed = createRequire(import.meta.url)(`${name}/package.json`) as { version: string };
    expect(installed.version).toBe(version);
    expect(CLIENTS.map(({ version }) => version)).toContain(version);
  });
});
