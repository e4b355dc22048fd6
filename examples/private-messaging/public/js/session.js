// The secret that makes us the same person after a reload or a restart of the server.
const KEY = "aside.session";

export function loadSessionId() {
  const id = localStorage.getItem(KEY);
  return id && /^[\w-]{8,40}$/.test(id) ? id : undefined;
}

export const saveSessionId = (id) => localStorage.setItem(KEY, id);
export const forgetSession = () => localStorage.removeItem(KEY);
