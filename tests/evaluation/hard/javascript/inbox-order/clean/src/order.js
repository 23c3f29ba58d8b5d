/**
 * The order of the inbox. Times are milliseconds since 1970; `dueAt` and `snoozedUntil` are null where there is none.
 */

const PINNED = 0;
const OPEN = 1;
const SNOOZED = 2;

/** A comparison function for `sort`. The time is fixed, so that a thread cannot change its place during a sort. */
export function byUrgency(now) {
  return (a, b) => {
    const group = groupOf(a, now);
    const difference = group - groupOf(b, now);
    if (difference !== 0) {
      return difference;
    }
    return compareWithin(group, a, b) || compareIds(a.id, b.id);
  };
}

function groupOf(thread, now) {
  // Pinning wins: who pins a thread wants to see it, snoozed or not.
  if (thread.pinned) {
    return PINNED;
  }
  return thread.snoozedUntil !== null && thread.snoozedUntil > now ? SNOOZED : OPEN;
}

function compareWithin(group, a, b) {
  switch (group) {
    case PINNED:
      return a.position - b.position;
    case SNOOZED:
      return a.snoozedUntil - b.snoozedUntil;
    default:
      return compareOpen(a, b);
  }
}

/** Threads with a due date by it, then the others by their last activity. */
function compareOpen(a, b) {
  if (a.dueAt !== null || b.dueAt !== null) {
    return (a.dueAt ?? Infinity) - (b.dueAt ?? Infinity);
  }
  return b.lastActivity - a.lastActivity;
}

/** Ids are made of digits and too long for a number. */
function compareIds(a, b) {
  if (a.length !== b.length) {
    return a.length - b.length;
  }
  return a < b ? -1 : Number(a > b);
}
