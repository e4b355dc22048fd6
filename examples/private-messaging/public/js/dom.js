export const $ = (selector) => document.querySelector(selector);

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Makes an element: `on…` are listeners, the rest attributes; text goes in as text, never as markup. */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== false && child !== undefined));
  return element;
}

/** A round with the initial of a person, in one of eight colours. */
export function avatar({ userId, name, online }) {
  const hue = [...userId].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 8;
  const props = { class: "avatar", "data-hue": hue, "data-online": online, "aria-hidden": "true" };
  return h("span", props, [...name][0].toUpperCase());
}
