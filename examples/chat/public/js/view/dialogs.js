import { $ } from "./dom.js";

/**
 * A dialog with one field: `submit(value)` may reject, and the dialog stays open with the reason. Returns
 * `open(value)`.
 */
export function fieldDialog(dialog, submit) {
  const form = dialog.querySelector("form");
  const input = dialog.querySelector("input");
  const problem = dialog.querySelector("[role=alert]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.textContent = "";
    try {
      await submit(input.value.trim());
      dialog.close();
    } catch (error) {
      problem.textContent = error.message;
      input.focus();
    }
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  return (value = "") => {
    input.value = value;
    problem.textContent = "";
    dialog.showModal();
    input.select();
  };
}

/** Shows a picture as large as the window allows. */
export function pictureViewer() {
  const dialog = $("#viewer");
  const image = dialog.querySelector("img");
  dialog.addEventListener("click", () => dialog.close());
  return (url, alt) => {
    image.src = url;
    image.alt = alt;
    dialog.showModal();
  };
}
