import { expect, it } from "vitest";
import { Membership } from "../../src/cluster/membership.js";
import { type NodeEvent, type NodeState, nextNodeState } from "../../src/cluster/node-state.js";

it.each<[NodeState, Record<NodeEvent, NodeState>]>([
  ["unknown", { spoke: "alive", missed: "unknown", expired: "unknown", closed: "closed" }],
  ["alive", { spoke: "alive", missed: "silent", expired: "unknown", closed: "closed" }],
  ["silent", { spoke: "alive", missed: "silent", expired: "unknown", closed: "closed" }],
  ["closed", { spoke: "closed", missed: "closed", expired: "unknown", closed: "closed" }],
])("from %s", (state, expected) => {
  const events: NodeEvent[] = ["spoke", "missed", "expired", "closed"];
  expect(Object.fromEntries(events.map((event) => [event, nextNodeState(state, event)]))).toEqual(expected);
});

it("servers are kept from the last time they were heard", () => {
  const members = new Membership();
  members.apply("a", "spoke", 0);
  members.apply("b", "spoke", 0);
  members.apply("c", "closed", 0);
  members.apply("a", "spoke", 100);
  members.apply("b", "missed", 100);
  expect([members.count, [...members.in("alive")], [...members.in("silent")]]).toEqual([2, ["a"], ["b"]]);
  expect(members.expire(100)).toEqual(["b"]);
  expect(members.stateOf("c")).toBe("unknown");
  expect(members.expire(101)).toEqual(["a"]);
  expect(members.count).toBe(0);
});
