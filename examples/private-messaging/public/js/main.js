import { connection } from "./connection.js";
import { $, setText } from "./dom.js";
import { loadSessionId } from "./session.js";
import { Store } from "./store.js";
import { view } from "./view.js";

const store = new Store();
const draw = view(store, open);
store.onChange(() => {
  if (store.self) showApp(true);
  draw();
});

const server = connection(store, {
  signedOut(problem = "") {
    store.change(() => {
      store.self = null;
      store.people.clear();
      store.active = null;
    });
    showApp(false);
    setText($("#problem"), problem);
    $("#name").focus();
  },
  recovered: () => notice("You are back. Nothing was missed."),
});

function showApp(isIn) {
  $("#app").hidden = !isIn;
  $("#sign-in").hidden = isIn;
}

function open(userId) {
  store.change(() => store.open(userId));
  if (userId && matchMedia("(min-width: 721px)").matches) $("#text").focus();
}

let fade;
function notice(text) {
  const element = $("#notice");
  setText(element, text);
  element.dataset.shown = "true";
  clearTimeout(fade);
  fade = setTimeout(() => {
    element.dataset.shown = "false";
  }, 4000);
}

$("#sign-in-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = $("#name").value.trim();
  if (name) server.signIn(name);
});
$("#sign-out").addEventListener("click", () => server.signOut());
$("#back").addEventListener("click", () => open(null));

const text = $("#text");
const fit = () => {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight + 2, 160)}px`;
};
const send = () => {
  const written = text.value;
  if (!written.trim() || !store.active) return;
  text.value = "";
  fit();
  server.send(store.active, written);
};
text.addEventListener("input", fit);
text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
});
$("#composer").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});

if (loadSessionId()) server.signIn();
else {
  showApp(false);
  $("#name").focus();
}
