import { retryNow } from "../connection.js";
import { $, setText } from "./dom.js";
import { plural } from "./format.js";

const SECOND = 1_000;
const WELCOME_BACK = 2_500;

/** The state of the connection: a label with the transport and the latency, and a banner when something is wrong. */
export function statusView(store, socket) {
  const pill = $("#status");
  const banner = $("#banner");
  const text = $("#banner-text");
  const detail = $("#banner-detail");
  const retry = $("#retry");
  let wasDown = false;
  retry.addEventListener("click", () => retryNow(socket, store));
  setInterval(draw, SECOND);
  return draw;

  function draw() {
    drawPill();
    drawBanner();
  }

  function drawPill() {
    const { phase, transport, latency } = store.link;
    pill.dataset.phase = phase;
    document.body.dataset.link = phase === "online" ? "up" : "down";
    pill.dataset.transport = transport ?? "";
    setText($("#transport"), transport ?? (phase === "waiting" ? "disconnected" : "connecting"));
    setText($("#latency"), phase === "online" && latency !== null ? `${latency} ms` : "");
    pill.title = phase === "online" ? `Connected over ${transport}` : "Not connected";
  }

  function drawBanner() {
    const { phase, attempt, retryAt, offline, hasBeenOnline } = store.link;
    const isDown =
      offline || phase === "waiting" || (phase === "connecting" && (attempt > 0 || hasBeenOnline));
    if (!isDown) {
      if (wasDown) sayWelcomeBack();
      return;
    }
    wasDown = true;
    banner.hidden = false;
    banner.dataset.kind = offline ? "offline" : phase;
    setText(text, offline ? "You are offline" : phase === "waiting" ? "Connection lost" : "Reconnecting…");
    const parts = [];
    // The countdown changes each second: it is kept from screen readers, which would read each change.
    const seconds = Math.max(0, Math.ceil((retryAt - Date.now()) / SECOND));
    if (!offline && phase === "waiting") parts.push(seconds ? `next try in ${seconds} s` : "trying now");
    if (!offline && attempt > 0) parts.push(`attempt ${attempt}`);
    const waiting = store.waiting().length;
    if (waiting) parts.push(`${plural(waiting, "message")} will be sent when you are back`);
    setText(detail, parts.join(" · "));
    retry.hidden = offline || phase !== "waiting";
  }

  function sayWelcomeBack() {
    wasDown = false;
    banner.dataset.kind = "back";
    setText(text, "Connected again");
    setText(detail, "");
    retry.hidden = true;
    setTimeout(() => {
      if (!wasDown) banner.hidden = true;
    }, WELCOME_BACK);
  }
}
