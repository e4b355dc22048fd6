import { $, avatar, h, keyed, setAttribute, setText } from "./dom.js";

/** Who is here. In a room its members come under a heading of their own. */
export function peopleView(store, actions) {
  const lists = { members: $("#members"), others: $("#others") };

  const create = (user) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "row person", onclick: () => actions.openDirect(user.id) },
        avatar(user.id, user.name, user.online),
        h("bdi", { class: "name" }),
        h("span", { class: "hint" }),
      ),
    );

  const update = (element, user) => {
    const button = element.firstElementChild;
    const isSelf = user.id === store.self;
    button.disabled = isSelf;
    setAttribute(button, "title", isSelf ? null : `Write to ${user.name}`);
    setAttribute(button, "data-online", String(user.online));
    setText(element.querySelector(".name"), user.name);
    setText(element.querySelector(".hint"), isSelf ? "you" : user.online ? "" : "away");
    const old = element.querySelector(".avatar");
    const fresh = avatar(user.id, user.name, String(user.online));
    if (!old.isEqualNode(fresh)) old.replaceWith(fresh);
  };

  return function draw() {
    const people = store.people();
    const members = new Set(store.rooms.get(store.active)?.members);
    const groups = {
      members: people.filter(({ id }) => members.has(id)),
      others: people.filter(({ id }) => !members.has(id)),
    };
    for (const [name, list] of Object.entries(lists)) {
      keyed(list, groups[name], (user) => user.id, create, update);
      list.parentElement.hidden = groups[name].length === 0;
    }
    setText($("#others-title"), members.size ? "Elsewhere" : "People");
    const online = people.filter((user) => user.online).length;
    setText($("#online-count"), String(online));
    $("#people-button").setAttribute("aria-label", `People, ${online} online`);
  };
}

/** On narrow windows the people are a drawer. Returns the function that closes it. */
export function peopleDrawer() {
  const { dataset } = document.body;
  const button = $("#people-button");
  const toggle = (open) => {
    if ((dataset.people === "open") === open) return;
    const hadFocus = $("#people").contains(document.activeElement);
    dataset.people = open ? "open" : "closed";
    button.setAttribute("aria-expanded", String(open));
    if (open) $("#people-close").focus();
    else if (hadFocus) button.focus();
  };
  const close = () => toggle(false);
  button.addEventListener("click", () => toggle(dataset.people !== "open"));
  $("#people-close").addEventListener("click", close);
  addEventListener("keydown", (event) => event.key === "Escape" && close());
  addEventListener("pointerdown", ({ target }) => {
    if (!$("#people").contains(target) && !button.contains(target)) close();
  });
  return close;
}
