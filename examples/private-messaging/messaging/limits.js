/** Every bound, in one place. */
export const LIMITS = {
  nameLength: 24,
  textLength: 2000,
  users: 500,
  /** Messages kept of each conversation. */
  history: 200,
  /** How many events a tab may send: that many a second, that many at once. */
  rate: { rate: 5, burst: 50 },
  /** For how long a client that was cut off can come back to its session, and how many bytes are kept for those. */
  recovery: { duration: 2 * 60 * 1000, bytes: 4_000_000 },
};
