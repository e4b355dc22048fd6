// The open conversation is in the address: “#general” or “#@user”. Back closes it, which on a phone shows the list.
const toHash = (id) => (id === null ? "" : id.startsWith("#") ? id : `#${id}`);

export function fromAddress() {
  let hash = "";
  try {
    hash = decodeURIComponent(location.hash);
  } catch {
    // Not an address of ours.
  }
  if (hash.length < 2) return null;
  return hash[1] === "@" ? hash.slice(1) : hash;
}

/** Keeps address and store in step. `canOpen(id)` tells whether such a conversation exists. */
export function route(store, actions, canOpen) {
  let current = store.active;
  store.subscribe(() => {
    if (store.active === current) return;
    current = store.active;
    history.pushState(null, "", toHash(current) || location.pathname + location.search);
  });
  addEventListener("popstate", () => {
    const id = fromAddress();
    current = id !== null && canOpen(id) ? id : null;
    actions.open(current);
  });
}
