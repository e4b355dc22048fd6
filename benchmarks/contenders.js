/**
 * What is compared. `server` is a file in servers/, `module` what it imports, `wire` how clients connect:
 * "socket.io" opens a session and joins the main namespace, "ws" is a plain WebSocket.
 */
export const contenders = {
  published: { server: "socket.io", module: "published-socket.io", wire: "socket.io" },
  ours: { server: "socket.io", module: "socket.io", wire: "socket.io" },
  ws: { server: "ws", wire: "ws" },
  "ws-framed": { server: "ws", module: "framed", wire: "ws" },
};
