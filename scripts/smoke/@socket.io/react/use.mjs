import assert from "node:assert/strict";
import { createElement } from "react";
import { renderToString } from "react-dom/server";

export default async function use(load) {
  const { SocketProvider, useConnectionStatus } = await load("@socket.io/react");
  const Status = () => createElement("p", null, useConnectionStatus());
  const page = createElement(SocketProvider, { url: "http://127.0.0.1:1" }, createElement(Status));
  assert.equal(renderToString(page), "<p>disconnected</p>");
}
