const EVERY_MS = 60 * 60 * 1000;

/** Removes expired sessions from time to time, for as long as the process runs. */
export function pruneRegularly(sessions) {
  setInterval(() => sessions.prune(), EVERY_MS).unref();
}
