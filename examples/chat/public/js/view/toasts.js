import { $, h } from "./dom.js";

const STAYS = 6_000;

/** Says something in passing, also to screen readers. */
export function toast(text) {
  const element = h("div", { class: "toast" }, text);
  $("#toasts").append(element);
  setTimeout(() => element.remove(), STAYS);
}
