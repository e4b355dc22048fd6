// Who we are: a secret token that makes us the same user after a reload or a reconnection, and a nickname.
const KEY = "parley.session";
let memory = null;

export function loadSession() {
  try {
    const session = JSON.parse(localStorage.getItem(KEY));
    return /^[0-9a-f]{32}$/.test(session.token) ? session : memory;
  } catch {
    // Storage can be blocked, or hold something else: the session then lives as long as the page.
    return memory;
  }
}

export function saveSession(session) {
  memory = session;
  try {
    if (session) localStorage.setItem(KEY, JSON.stringify(session));
    else localStorage.removeItem(KEY);
  } catch {
    // As above.
  }
}

export function newSession(name) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const token = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { token, name };
}
