import { MessageType } from "socket.io-adapter";
import { expect, it } from "vitest";
import { type Envelope, SOURCE } from "../src/link.js";
import { PrimaryRoutes } from "../src/primary-routes.js";

const message = (uid: string, more: object = {}) =>
  ({ source: SOURCE, uid, nsp: "/", type: MessageType.HEARTBEAT, ...more }) as Envelope;

it("messages go to all workers but the sender, answers to the one that asked", () => {
  const routes = new PrimaryRoutes();
  const workers = [1, 2, 3];
  expect(routes.route(1, message("a"), workers)).toEqual([2, 3]);
  expect(routes.route(2, message("b"), workers)).toEqual([1, 3]);
  expect(routes.route(2, message("b", { requesterUid: "a" }), workers)).toEqual([1]);
  // To whom is not known yet.
  expect(routes.route(1, message("a", { requesterUid: "c" }), workers)).toEqual([2, 3]);
});

it("the servers of a worker that is gone are known, but for those that closed", () => {
  const routes = new PrimaryRoutes();
  routes.route(1, message("a"), []);
  routes.route(1, message("b", { nsp: "/chat" }), []);
  routes.route(1, message("c"), []);
  routes.route(1, message("c", { type: MessageType.ADAPTER_CLOSE }), []);
  routes.route(1, message("emitter"), []);
  expect(routes.forget(1)).toEqual([
    { uid: "a", nsp: "/" },
    { uid: "b", nsp: "/chat" },
  ]);
  expect(routes.forget(1)).toEqual([]);
});
