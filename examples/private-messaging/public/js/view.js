import { $, avatar, h, setText } from "./dom.js";

const LINKS = { connecting: "connecting", online: "online", waiting: "reconnecting" };
const STATES = { waiting: "waiting to be sent", refused: "not sent" };
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const NEAR = 60;

/** Draws the store. `open(userId)` is called for a click on a person. */
export function view(store, open) {
  const list = $("#list");
  const messages = $("#messages");
  // Scrolled with the keys, too, in browsers that do not see to it themselves.
  messages.tabIndex = 0;
  let shown = null;
  let stick = true;

  messages.addEventListener("scroll", () => {
    stick = messages.scrollHeight - messages.scrollTop - messages.clientHeight < NEAR;
  });
  new ResizeObserver(() => stick && toBottom()).observe(messages);
  const toBottom = () => {
    messages.scrollTop = messages.scrollHeight;
  };

  function draw() {
    $("#link").dataset.link = store.link;
    setText($("#link-text"), LINKS[store.link]);
    setText($("#self"), store.self?.name ?? "");
    const people = [...store.people.values()].sort(byRecency);
    $("#nobody").hidden = people.length > 0;
    const focused = document.activeElement?.dataset?.user;
    list.replaceChildren(...people.map(row));
    if (focused) list.querySelector(`[data-user="${focused}"]`)?.focus();
    const unread = people.reduce((sum, person) => sum + person.unread, 0);
    document.title = unread ? `(${unread}) Aside` : "Aside";
    drawConversation(store.people.get(store.active));
  }

  function row(person) {
    const last = person.messages.at(-1);
    const isOpen = person.userId === store.active;
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "person",
          "data-user": person.userId,
          "data-online": person.online,
          "aria-current": isOpen ? "true" : undefined,
          onclick: () => open(person.userId),
        },
        avatar(person),
        h(
          "span",
          { class: "about" },
          h("span", { class: "name" }, person.name),
          h("span", { class: "last quiet" }, last ? preview(last) : person.online ? "online" : "away"),
        ),
        person.unread > 0 &&
          h("span", { class: "badge", "aria-label": `${person.unread} unread` }, String(person.unread)),
      ),
    );
  }

  function preview({ from, text }) {
    return from === store.self.userId ? `You: ${text}` : text;
  }

  function drawConversation(person) {
    document.body.dataset.pane = person ? "conversation" : "people";
    $("#conversation").dataset.open = String(Boolean(person));
    if (!person) {
      shown = null;
      messages.replaceChildren();
      return;
    }
    setText($("#with"), person.name);
    setText($("#with-state"), person.online ? "online" : "away, will see it later");
    $("#with-avatar").replaceChildren(avatar(person));
    $("#text").placeholder = `Write to ${person.name}`;
    if (shown !== person.userId) stick = true;
    shown = person.userId;
    messages.replaceChildren(...rows(person));
    if (stick) toBottom();
  }

  function rows(person) {
    if (person.messages.length === 0)
      return [h("li", { class: "note" }, `This is between you and ${person.name}.`)];
    let lastDay = "";
    return person.messages.flatMap((message) => {
      const today = day.format(message.at);
      const divider = today === lastDay ? [] : [h("li", { class: "note" }, today)];
      lastDay = today;
      return [...divider, bubble(message)];
    });
  }

  function bubble({ from, text, at, state, problem }) {
    const detail = state === "refused" ? (problem ?? STATES.refused) : (STATES[state] ?? clock.format(at));
    return h(
      "li",
      { class: "message", "data-mine": from === store.self.userId, "data-state": state ?? "sent" },
      h("p", { class: "text" }, text),
      h("p", { class: "detail" }, detail),
    );
  }

  return draw;
}

const lastAt = ({ messages }) => messages.at(-1)?.at ?? 0;

/** Who said something last comes first, then who is online, then by name. */
function byRecency(a, b) {
  return lastAt(b) - lastAt(a) || Number(b.online) - Number(a.online) || a.name.localeCompare(b.name);
}
