const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const LENGTH = 20;
// Enough for 64 ids: one call into the CSPRNG costs far more than the bytes it gives.
const pool = new Uint8Array(LENGTH * 64);
let used = pool.length;

/** An id: 20 characters of `[\w-]`, 120 bits of a CSPRNG. */
export function randomId(): string {
  if (used === pool.length) {
    globalThis.crypto.getRandomValues(pool);
    used = 0;
  }
  let id = "";
  for (const end = used + LENGTH; used < end; used++) {
    id += ALPHABET[(pool[used] as number) & 63];
    // What made an id that is in use is not left lying in memory.
    pool[used] = 0;
  }
  return id;
}
