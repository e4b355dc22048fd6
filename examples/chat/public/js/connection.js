import { chooseDelays } from "./reconnection.js";
import { loadSession } from "./session.js";

const LATENCY_EVERY = 5_000;
const ANSWER_WITHIN = 10_000;

/** `?transport=polling` (or `websocket`) keeps to one transport, to see it work or to get through a bad network. */
function forcedTransport() {
  const name = new URLSearchParams(location.search).get("transport");
  return ["polling", "websocket"].includes(name) ? { transports: [name] } : {};
}

/** A socket that is not connected yet. `roomsToRestore()` names the rooms to come back to after a server restart. */
export function createSocket(roomsToRestore) {
  // The bundle served by the Socket.IO server defines this global.
  return globalThis.io({
    autoConnect: false,
    timeout: 8_000,
    auth: (send) => send({ ...loadSession(), rooms: roomsToRestore() }),
    ...forcedTransport(),
  });
}

/**
 * Sends a request, resolves with the fields of the answer, rejects with an error whose message can be shown. `apply` sees the
 * answer before any event that came right behind it does; what awaits the promise is too late for that.
 */
export function request(socket, event, input, apply) {
  return new Promise((resolve, reject) => {
    if (!socket.connected) throw new Error("You are not connected right now.");
    socket.timeout(ANSWER_WITHIN).emit(event, input, (cause, answer) => {
      if (cause) {
        reject(new Error("The server did not answer in time.", { cause }));
      } else if (!answer.ok) {
        reject(Object.assign(new Error(answer.message), { code: answer.code }));
      } else {
        apply?.(answer);
        resolve(answer);
      }
    });
  });
}

/**
 * Keeps `store.link` true: `phase` is "connecting", "online" or "waiting"; with it go the transport, the latency in
 * ms, the attempt and the time of the next one.
 */
export function watchLink(socket, store) {
  const manager = socket.io;
  const nextDelay = chooseDelays(manager);
  const set = (change) => store.setLink(change);
  const wait = () =>
    set({ phase: "waiting", retryAt: Date.now() + nextDelay(), transport: null, latency: null });

  const measure = async () => {
    const start = performance.now();
    await request(socket, "latency", {});
    set({ latency: Math.max(1, Math.round(performance.now() - start)) });
  };
  const measureIfUseful = () => {
    if (socket.connected && !document.hidden) measure().catch(() => set({ latency: null }));
  };

  manager.on("open", () => {
    const { engine } = manager;
    set({ transport: engine.transport.name });
    engine.on("upgrade", (transport) => {
      set({ transport: transport.name });
      measureIfUseful();
    });
  });
  manager.on("reconnect_attempt", (attempt) => set({ phase: "connecting", attempt }));
  manager.on("reconnect_error", wait);

  socket.on("connect", () => {
    set({ phase: "online", attempt: 0, hasBeenOnline: true });
    measureIfUseful();
  });
  socket.on("connect_error", (error) => {
    // A refusal carries data; anything else is the network, which the manager retries.
    if (!error.data && store.link.phase !== "waiting") wait();
  });
  socket.on("disconnect", (reason) => {
    if (reason === "io client disconnect") return;
    wait();
    // The server asked us to go: the manager leaves the return to us.
    if (!socket.active) setTimeout(() => socket.connect(), nextDelay());
  });

  setInterval(measureIfUseful, LATENCY_EVERY);
  addEventListener("online", () => {
    set({ offline: false });
    if (store.link.phase === "waiting") retryNow(socket, store);
  });
  addEventListener("offline", () => set({ offline: true }));
  set({ offline: !navigator.onLine });
}

/** Does not wait for the countdown. */
export function retryNow(socket, store) {
  if (socket.connected) return;
  store.setLink({ phase: "connecting" });
  socket.disconnect().connect();
}
