import { $, avatar, h, icon, keyed, setAttribute, setText } from "./dom.js";
import { plural } from "./format.js";

/** Rooms, private conversations, and rooms to join. */
export function sidebarView(store, actions) {
  const mine = $("#my-rooms");
  const directs = $("#directs");
  const others = $("#other-rooms");

  const createRow = (mark) => (item) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "row", onclick: () => actions.open(item.id) },
        mark(item),
        h("bdi", { class: "name" }),
        h("span", { class: "badge", hidden: true }),
      ),
    );

  const updateRow = (element, { id }) => {
    const unread = store.unread(id);
    const button = element.firstElementChild;
    setAttribute(button, "aria-current", store.active === id && "true");
    setAttribute(button, "data-unread", unread > 0);
    setText(element.querySelector(".name"), store.titleOf(id));
    const badge = element.querySelector(".badge");
    badge.hidden = unread === 0;
    setText(badge, unread > 99 ? "99+" : String(unread));
    badge.setAttribute("aria-label", plural(unread, "unread message"));
  };

  const createDirect = createRow(({ id }) => avatar(id.slice(1), store.titleOf(id)));
  const updateDirect = (element, history) => {
    updateRow(element, history);
    const online = store.users.get(history.id.slice(1))?.online ?? false;
    setAttribute(element.querySelector(".avatar"), "data-online", String(online));
  };

  const createOther = ({ id, name }) =>
    h(
      "li",
      { class: "other" },
      icon("hash"),
      h("bdi", { class: "name" }, name),
      h("span", { class: "count" }),
      h(
        "button",
        { type: "button", class: "small", "aria-label": `Join ${name}`, onclick: () => actions.joinRoom(id) },
        "Join",
      ),
    );
  const updateOther = (element, { members }) => {
    setText(element.querySelector(".count"), members.length ? plural(members.length, "member") : "empty");
  };

  return function draw() {
    const byId = (item) => item.id;
    keyed(
      mine,
      store.myRooms(),
      byId,
      createRow(() => icon("hash")),
      updateRow,
    );
    const conversations = store.directs();
    keyed(directs, conversations, byId, createDirect, updateDirect);
    $("#directs-empty").hidden = conversations.length > 0;
    const joinable = store.otherRooms();
    keyed(others, joinable, byId, createOther, updateOther);
    $("#other-rooms-section").hidden = joinable.length === 0;
    const unread = store.totalUnread();
    $("#back").dataset.unread = String(unread > 0);
    document.title = unread ? `(${unread}) Parley` : "Parley";
  };
}
