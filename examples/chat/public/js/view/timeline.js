import { $, h, keyed, setText } from "./dom.js";
import { dayOf, names, plural, startOfDay } from "./format.js";
import { createMessage, keyOf, updateMessage } from "./message.js";

const RUN = 5 * 60 * 1000;
const NEAR_BOTTOM = 80;

/** The messages of the open conversation, kept at the bottom unless the reader scrolled up. */
export function timelineView(store, actions, openPicture) {
  const scroller = $("#timeline");
  const list = $("#messages");
  const jump = $("#jump");
  const typing = $("#typing");
  // Scrolled with the keys, too, in browsers that do not see to it themselves.
  scroller.tabIndex = 0;
  let shown = null;
  let stick = true;

  const isActive = () => store.active !== null && !document.hidden && scroller.offsetParent !== null;
  const toBottom = () => {
    scroller.scrollTop = scroller.scrollHeight;
  };
  const see = () => {
    const history = store.histories.get(store.active);
    if (history && stick && isActive() && document.hasFocus()) actions.seen(history);
  };

  scroller.addEventListener("scroll", () => {
    stick = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_BOTTOM;
    if (stick) see();
    jump.hidden = stick;
  });
  jump.addEventListener("click", () => {
    stick = true;
    toBottom();
  });
  addEventListener("focus", see);
  document.addEventListener("visibilitychange", see);
  // A keyboard that opens on a phone, a window that changes: what was at the bottom stays there.
  new ResizeObserver(() => {
    if (stick) toBottom();
  }).observe(scroller);

  return function draw() {
    const history = store.histories.get(store.active);
    if (!history) {
      list.replaceChildren();
      shown = null;
      return;
    }
    if (shown !== history.id) {
      list.replaceChildren();
      shown = history.id;
      stick = true;
    }
    // Opening a conversation is not news to be read aloud, message by message.
    scroller.setAttribute("aria-busy", String(list.childElementCount === 0));
    keyed(list, rowsOf(history), (row) => row.key, create, update);
    drawTyping(history);
    if (stick) toBottom();
    const unread = history.unread(store.self);
    setText(jump.querySelector("span"), unread ? plural(unread, "new message") : "Latest messages");
    jump.hidden = stick;
    see();
  };

  function rowsOf(history) {
    const rows = [];
    let previous = null;
    for (const message of history.messages) {
      const newDay = !previous || startOfDay(previous.at) !== startOfDay(message.at);
      if (newDay)
        rows.push({ key: `day-${startOfDay(message.at)}`, divider: dayOf(message.at), kind: "day" });
      const isNew = message.seq > history.newFrom && message.from !== store.self;
      const startsNew = isNew && !rows.some(({ kind }) => kind === "new");
      if (startsNew) rows.push({ key: "new", divider: "New messages", kind: "new" });
      const inRun = !newDay && !startsNew && previous.kind === "text" && previous.from === message.from;
      rows.push({
        key: keyOf(message, message.from === store.self),
        message,
        first: !(inRun && message.at - previous.at < RUN),
      });
      previous = message;
    }
    return rows;
  }

  function create(row) {
    if (row.divider) return h("li", { class: `divider ${row.kind}` }, h("span", {}, row.divider));
    return createMessage(row.message, { ...row, mine: isMine(row), actions, openPicture });
  }

  function update(element, row) {
    if (row.divider) return;
    updateMessage(element, row.message, { ...row, mine: isMine(row), actions, openPicture });
  }

  function isMine({ message }) {
    return message.from === store.self;
  }

  function drawTyping(history) {
    const people = [...history.typing.keys()].map((id) => store.nameOf(id));
    typing.dataset.active = String(people.length > 0);
    setText(
      typing.querySelector("span"),
      people.length ? `${names(people)} ${people.length === 1 ? "is" : "are"} typing` : "",
    );
  }
}
