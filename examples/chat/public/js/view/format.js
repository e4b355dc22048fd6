import { h } from "./dom.js";

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

export const timeOf = (at) => TIME.format(at);

export function dayOf(at) {
  const days = Math.round((startOfDay(Date.now()) - startOfDay(at)) / 86_400_000);
  if (days === 0) return "Today";
  return days === 1 ? "Yesterday" : DAY.format(at);
}

export function startOfDay(at) {
  return new Date(at).setHours(0, 0, 0, 0);
}

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** “Ada”, “Ada and Bo”, “Ada, Bo and 3 others”. */
export function names(list) {
  if (list.length <= 1) return list.join("");
  if (list.length === 2) return `${list[0]} and ${list[1]}`;
  return `${list[0]}, ${list[1]} and ${plural(list.length - 2, "other")}`;
}

/** The text as nodes, with http(s) addresses as links. */
export function linked(text) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"]+/giu)) {
    const url = match[0].replace(/[.,;:!?)\]}'»”]+$/u, "");
    nodes.push(text.slice(last, match.index));
    nodes.push(h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, url));
    last = match.index + url.length;
  }
  nodes.push(text.slice(last));
  return nodes;
}
