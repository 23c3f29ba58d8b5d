/** The inbox: which threads it shows, in which order, and how they are counted. */

import { byUrgency } from './order.js';

const PAGE = 30;

export function visibleThreads(threads, { query = '', label = null } = {}) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return threads.filter(
    (thread) =>
      !thread.archived &&
      (label === null || thread.labels.includes(label)) &&
      words.every((word) => thread.subject.toLowerCase().includes(word)),
  );
}

export function inboxPage(threads, page, { now = Date.now(), ...options } = {}) {
  // `filter` has made a copy: sorting in place does not touch the caller's array.
  const visible = visibleThreads(threads, options).sort(byUrgency(now));
  return {
    threads: visible.slice(page * PAGE, (page + 1) * PAGE),
    pages: Math.max(1, Math.ceil(visible.length / PAGE)),
    unread: visible.filter((thread) => thread.unread).length,
  };
}
