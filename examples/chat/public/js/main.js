import { createActions } from "./actions.js";
import { createSocket, watchLink } from "./connection.js";
import { fromAddress, route } from "./router.js";
import { loadSession, newSession, saveSession } from "./session.js";
import { Store } from "./store.js";
import { syncStore } from "./sync.js";
import { composerView } from "./view/composer.js";
import { fieldDialog, pictureViewer } from "./view/dialogs.js";
import { $, setText } from "./view/dom.js";
import { headerView } from "./view/header.js";
import { peopleDrawer, peopleView } from "./view/people.js";
import { sidebarView } from "./view/sidebar.js";
import { statusView } from "./view/status.js";
import { timelineView } from "./view/timeline.js";
import { toast } from "./view/toasts.js";

const isWide = matchMedia("(min-width: 761px)");
const store = new Store();
const roomsToRestore = () => (store.epoch ? store.myRooms().map((room) => room.name) : undefined);
const socket = createSocket(roomsToRestore);
const requests = createActions(socket, store, toast);
const canOpen = (id) =>
  id[0] === "#"
    ? store.rooms.has(id) && store.isIn(store.rooms.get(id))
    : id[0] === "@" && store.users.has(id.slice(1));

const closePeople = peopleDrawer();
const actions = {
  ...requests,
  open(id) {
    requests.open(id);
    closePeople();
    if (id && isWide.matches) $("#text").focus();
  },
  openDirect: (userId) => actions.open(`@${userId}`),
};

function showApp(isIn) {
  $("#app").hidden = !isIn;
  $("#join").hidden = isIn;
}

function leave(problem = "") {
  showApp(false);
  setText($("#join-problem"), problem);
  $("#join-button").disabled = false;
  $("#nickname").value ||= loadSession()?.name ?? "";
  $("#nickname").focus();
}

function join(name) {
  const session = loadSession();
  saveSession(session ? { ...session, name } : newSession(name));
  $("#join-button").disabled = true;
  socket.connect();
}

function onWelcome() {
  showApp(true);
  requests.flush();
  if (store.active && canOpen(store.active)) return;
  const wanted = fromAddress();
  if (wanted && canOpen(wanted)) actions.open(wanted);
  else actions.open(isWide.matches ? (store.myRooms()[0]?.id ?? null) : null);
}

watchLink(socket, store);
syncStore(socket, store, { onWelcome });
socket.on("connect_error", (error) => {
  // Refused, as opposed to unreachable: back to the form, with the reason.
  if (!error.data) return;
  socket.disconnect();
  leave(error.message);
});

const openPicture = pictureViewer();
const views = [
  sidebarView(store, actions),
  peopleView(store, actions),
  headerView(store, actions),
  composerView(store, actions, toast),
  timelineView(store, actions, openPicture),
];
store.subscribe(statusView(store, socket));
store.subscribe(() => {
  document.body.dataset.pane = store.active ? "chat" : "list";
  if (store.self) for (const draw of views) draw();
});
route(store, actions, canOpen);

const askRoomName = fieldDialog($("#room-dialog"), (name) => actions.createRoom(name));
const askName = fieldDialog($("#name-dialog"), async (wanted) => {
  const { name } = await actions.rename(wanted);
  saveSession({ ...loadSession(), name });
});
$("#new-room").addEventListener("click", () => askRoomName());
$("#self").addEventListener("click", () => askName(loadSession().name));
$("#back").addEventListener("click", () => actions.open(null));
$("#join-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = $("#nickname").value.trim();
  if (name) join(name);
});
addEventListener("keydown", (event) => {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  const ids = [...store.myRooms(), ...store.directs()].map(({ id }) => id);
  const step = event.key === "ArrowDown" ? 1 : -1;
  if (ids.length) actions.open(ids[(ids.indexOf(store.active) + step + ids.length) % ids.length]);
});

if (loadSession()) socket.connect();
else leave();
