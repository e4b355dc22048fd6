import { LIMITS } from "./limits.js";
import { Refusal } from "./refusal.js";

const bad = (what) => new Refusal("ERR_BAD_REQUEST", `This is no ${what}.`);

export function record(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

export function name(value) {
  const text = typeof value === "string" ? value.normalize("NFC").replace(/\s+/gu, " ").trim() : "";
  if (!text || [...text].length > LIMITS.nameLength) throw bad("name");
  return text;
}

export function id(value) {
  if (typeof value !== "string" || !/^[\w-]{8,40}$/.test(value)) throw bad("id");
  return value;
}

export function text(value) {
  if (typeof value !== "string" || !value.trim() || value.length > LIMITS.textLength) throw bad("message");
  return value;
}
