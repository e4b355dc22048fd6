import { urlOf } from "../pictures.js";
import { avatar, h, icon, setAttribute } from "./dom.js";
import { linked, timeOf } from "./format.js";

// A picture takes at most this much of the timeline, in CSS pixels; its place is kept free while it loads.
const PICTURE_WIDTH = 340;
const PICTURE_HEIGHT = 300;

const NOTES = { joined: "joined the room", left: "left the room" };

// A message of one's own has no id before it is posted; what others call theirs is their choice, and no key.
export const keyOf = (message, mine) => (mine ? message.nonce : undefined) ?? message.id;

export function createMessage(message, { mine, actions, openPicture }) {
  if (message.kind !== "text") {
    return h("li", { class: "note" }, h("bdi", {}, message.name), ` ${NOTES[message.kind] ?? message.kind}`);
  }
  const bubble = h("div", { class: "bubble" });
  if (message.picture) bubble.append(pictureOf(message, actions, openPicture));
  if (message.text) bubble.append(h("p", { class: "text", dir: "auto" }, linked(message.text)));
  const meta = h(
    "span",
    { class: "meta" },
    h("time", { datetime: new Date(message.at).toISOString() }, timeOf(message.at)),
  );
  if (mine) meta.append(h("span", { class: "ticks" }));
  bubble.append(meta);

  const body = h(
    "div",
    { class: "body" },
    h("span", { class: "author" }, h("bdi", {}, message.name)),
    bubble,
  );
  if (mine) body.append(h("div", { class: "problem", hidden: true }));
  return h(
    "li",
    { class: "message", "data-mine": mine },
    mine ? null : avatar(message.from, message.name),
    body,
  );
}

/** `first`: this message starts a run of messages of one author. */
export function updateMessage(element, message, { mine, first, actions, openPicture }) {
  setAttribute(element, "data-first", first);
  if (message.picture && !element.querySelector(".picture img") && urlOf(message)) {
    element.querySelector(".picture").replaceWith(pictureOf(message, actions, openPicture));
  }
  if (!mine || message.kind !== "text") return;
  const { state, label, name } = deliveryOf(message);
  if (element.dataset.state !== state || element.dataset.label !== label) {
    Object.assign(element.dataset, { state, label });
    const ticks = element.querySelector(".ticks");
    ticks.title = label;
    ticks.replaceChildren(icon(name, label));
  }
  updateProblem(element.querySelector(".problem"), message, actions);
}

function deliveryOf({ status, delivered, seen, readers }) {
  if (status === "sending") return { state: "sending", label: "Sending", name: "clock" };
  if (status === "failed") return { state: "failed", label: "Not sent", name: "alert" };
  const of = (count) => (readers > 1 ? ` by ${count} of ${readers}` : "");
  if (seen > 0) return { state: "seen", label: `Seen${of(seen)}`, name: "ticks" };
  if (delivered > 0)
    return { state: "delivered", label: `Delivered${of(delivered).replace("by", "to")}`, name: "ticks" };
  return { state: "sent", label: "Sent", name: "tick" };
}

function updateProblem(element, message, actions) {
  const failed = message.status === "failed";
  element.hidden = !failed;
  if (!failed) return element.replaceChildren();
  if (element.dataset.problem === message.problem && element.firstChild) return;
  element.dataset.problem = message.problem;
  const again = h(
    "button",
    { type: "button", class: "link", onclick: () => actions.retry(message) },
    "Send again",
  );
  element.replaceChildren(`${message.problem} `, again);
}

function pictureOf(message, actions, openPicture) {
  const { width, height } = message.picture;
  const scale = Math.min(1, PICTURE_WIDTH / width, PICTURE_HEIGHT / height);
  const size = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  const url = urlOf(message);
  if (url) {
    const alt = `Picture from ${message.name}`;
    const image = h("img", { src: url, alt, ...size });
    return h("button", { type: "button", class: "picture", onclick: () => openPicture(url, alt) }, image);
  }
  const place = h("span", { class: "picture loading" });
  // Styles set through the DOM are fine for the content security policy; style attributes would not be.
  place.style.width = `${size.width}px`;
  place.style.aspectRatio = `${size.width} / ${size.height}`;
  if (message.pictureProblem) place.textContent = message.pictureProblem;
  else load(message, actions);
  return place;
}

function load(message, actions) {
  actions.picture(message).catch((error) => {
    // Offline: asked again when the conversation is next drawn.
    if (error.code) message.pictureProblem = error.message;
  });
}
