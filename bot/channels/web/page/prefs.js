// What this browser remembers. Without storage (private windows) it forgets, and nothing breaks.

function attempt(action, fallback) {
  try {
    return action() ?? fallback;
  } catch {
    return fallback;
  }
}

export function recall(key, fallback = null) {
  return attempt(() => JSON.parse(localStorage.getItem(`linli.${key}`)), fallback);
}

export function remember(key, value) {
  attempt(() => localStorage.setItem(`linli.${key}`, JSON.stringify(value)));
}

// One window may play the elder while another plays the worker, so this is kept for each window.
export const recallHere = (key) => attempt(() => sessionStorage.getItem(`linli.${key}`), null);
export const rememberHere = (key, value) =>
  attempt(() => sessionStorage.setItem(`linli.${key}`, value));

/** A name nobody else gives; crypto.randomUUID exists only on https and localhost. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
