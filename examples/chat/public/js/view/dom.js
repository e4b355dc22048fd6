/**
 * Makes an element. Text goes in as text nodes, never as markup. In `props`, `on…` are listeners, `class`, `aria-*`,
 * `data-*`, `role` and the like are attributes; `false`, `null` and `undefined` leave them out.
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else setAttribute(element, name, value);
  }
  element.append(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

export function setAttribute(element, name, value) {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

export const $ = (selector) => document.querySelector(selector);

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  clock: ["M8 4.5V8l2 1.5", "M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6"],
  tick: ["M3.5 8.5l3 3 6-7"],
  ticks: ["M1 8.5l3 3 6-7", "M7.6 11l.6.5 6-7"],
  alert: ["M8 4.5v4.2", "M8 11.2v.1", "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12"],
  hash: ["M6 2.5l-1.2 11", "M11.2 2.5l-1.2 11", "M2.8 5.8h11", "M2.2 10.2h11"],
  plus: ["M8 3v10", "M3 8h10"],
};

export function icon(name, label) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `icon icon-${name}`);
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else {
    svg.setAttribute("aria-hidden", "true");
  }
  for (const d of PATHS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/**
 * Makes the children of `parent` follow `items`, keeping the elements (and with them focus and scroll position) of
 * items that stay. `create(item)` makes an element, `update(element, item)` runs at each redraw.
 */
export function keyed(parent, items, keyOf, create, update) {
  const old = new Map([...parent.children].map((element) => [element.dataset.key, element]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let element = old.get(key);
    if (element) old.delete(key);
    else element = create(item);
    element.dataset.key = key;
    update?.(element, item);
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const element of old.values()) element.remove();
}

/** A round with initials, in a colour of its own for each person. */
export function avatar(id, name, online) {
  const initials = name
    .split(/[\s_-]+/u)
    .slice(0, 2)
    .map((word) => [...word][0] ?? "")
    .join("")
    .toUpperCase();
  const hue = Number.parseInt(id.slice(0, 4), 16) % 12;
  return h(
    "span",
    { class: "avatar", "data-hue": hue, "data-online": online, "aria-hidden": "true" },
    initials,
  );
}
