import { $, setText } from "./dom.js";
import { plural } from "./format.js";

/** The name of the open conversation and what is to be said of it. */
export function headerView(store, actions) {
  const leave = $("#leave");
  leave.addEventListener("click", () => actions.leaveRoom(store.active));

  return function draw() {
    const { active } = store;
    setText($("#self-name"), store.nameOf(store.self));
    $("#chat").dataset.empty = String(active === null);
    if (active === null) return;
    const room = store.rooms.get(active);
    const title = store.titleOf(active);
    leave.hidden = !room;
    leave.setAttribute("aria-label", `Leave ${title}`);
    setText($("#chat-title"), room ? `# ${title}` : title);
    setText($("#chat-subtitle"), room ? roomLine(room) : personLine(active.slice(1)));
    $("#text").setAttribute("placeholder", room ? `Message #${title}` : `Message ${title}`);
  };

  function roomLine({ members }) {
    const online = members.filter((id) => store.users.get(id)?.online).length;
    return `${plural(members.length, "member")}, ${online} online`;
  }

  function personLine(id) {
    const user = store.users.get(id);
    if (!user) return "No longer here";
    return user.online ? "Online · only the two of you see this" : "Away · will find your message on return";
  }
}
