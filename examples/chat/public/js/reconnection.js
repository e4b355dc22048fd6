const FIRST = 800;
const LONGEST = 15_000;

// Exponential, with jitter so that a crowd does not come back in one instant.
function delayFor(attempt) {
  const base = Math.min(LONGEST, FIRST * 1.7 ** attempt);
  return Math.round(base * (0.75 + Math.random() * 0.5));
}

/**
 * Chooses the manager's delays through its own setters, one attempt ahead, so that the page can count them down.
 * Returns a function that tells how long the wait is that begins now, in ms.
 */
export function chooseDelays(manager) {
  let delay = 0;
  const choose = (attempt) => {
    delay = delayFor(attempt);
    manager.randomizationFactor(0);
    manager.reconnectionDelay(delay);
    manager.reconnectionDelayMax(delay);
  };
  choose(0);
  manager.on("open", () => choose(0));
  manager.on("reconnect_attempt", (attempt) => choose(attempt));
  return () => delay;
}
