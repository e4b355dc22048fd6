import { ACCEPTED, readPicture } from "../pictures.js";
import { $, setText } from "./dom.js";

/** Where messages are written, and where pictures come in: picked, pasted or dropped. */
export function composerView(store, actions, toast) {
  const form = $("#composer");
  const input = $("#text");
  const picker = $("#picker");
  const tray = $("#tray");
  const zone = $("#chat");
  const drafts = new Map();
  let shown = null;
  let picture = null;
  picker.accept = ACCEPTED;

  const grow = () => {
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 160)}px`;
  };
  const drawTray = () => {
    tray.hidden = picture === null;
    const image = tray.querySelector("img");
    if (!picture) return image.removeAttribute("src");
    image.src = picture.url;
    setText($("#tray-name"), picture.file.name || "Pasted picture");
    setText(
      $("#tray-size"),
      `${picture.width} × ${picture.height} · ${Math.ceil(picture.file.size / 1024)} KB`,
    );
  };
  const drawSend = () => {
    $("#send").disabled = !store.active || (input.value.trim() === "" && !picture);
  };
  const dropPicture = () => {
    if (picture) URL.revokeObjectURL(picture.url);
    picture = null;
    drawTray();
    drawSend();
  };

  async function take(files) {
    const file = [...files].find((one) => one.type.startsWith("image/")) ?? files[0];
    if (!file || !store.active) return;
    try {
      const next = await readPicture(file, store.limits.pictureBytes);
      dropPicture();
      picture = next;
      drawTray();
      drawSend();
      input.focus();
    } catch (error) {
      toast(error.message);
    }
  }

  function submit() {
    const text = input.value.trim();
    if (!store.active || (text === "" && !picture)) return;
    if ([...text].length > store.limits.textLength) {
      return toast(
        `A message can have at most ${store.limits.textLength} characters. This one has ${[...text].length}.`,
      );
    }
    actions.send(store.active, text, picture);
    // The picture's URL now belongs to the message.
    picture = null;
    input.value = "";
    grow();
    drawTray();
    drawSend();
    input.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  input.addEventListener("keydown", (event) => {
    // While an input method composes, Enter picks a candidate.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  input.addEventListener("input", () => {
    grow();
    drawSend();
    if (store.active) actions.typing(store.active, input.value.trim() !== "");
  });
  input.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });
  $("#attach").addEventListener("click", () => picker.click());
  picker.addEventListener("change", async () => {
    await take(picker.files);
    picker.value = "";
  });
  $("#tray-remove").addEventListener("click", () => {
    dropPicture();
    input.focus();
  });
  acceptDrops(zone, take);

  return function draw() {
    if (shown !== store.active) {
      if (shown) drafts.set(shown, input.value);
      shown = store.active;
      input.value = drafts.get(shown) ?? "";
      dropPicture();
      grow();
    }
    drawSend();
  };
}

function acceptDrops(zone, take) {
  let depth = 0;
  const carriesFiles = (event) => event.dataTransfer.types.includes("Files");
  const mark = (change) => {
    depth = change === 0 ? 0 : depth + change;
    zone.dataset.drop = String(depth > 0);
  };
  // Anywhere else a dropped picture would replace the page.
  for (const event of ["dragover", "drop"]) addEventListener(event, (one) => one.preventDefault());
  zone.addEventListener("dragenter", (event) => carriesFiles(event) && mark(1));
  zone.addEventListener("dragleave", (event) => carriesFiles(event) && mark(-1));
  zone.addEventListener("drop", (event) => {
    mark(0);
    take(event.dataTransfer.files);
  });
}
