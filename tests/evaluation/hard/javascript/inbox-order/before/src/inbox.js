/** The inbox: which threads it shows, in which order, and how they are counted. */

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

export function inboxPage(threads, page, options) {
  const visible = visibleThreads(threads, options);
  visible.sort((a, b) => {
    if (a.pinned !== b.pinned) {
      return a.pinned ? -1 : 1;
    }
    return b.lastActivity - a.lastActivity;
  });
  return {
    threads: visible.slice(page * PAGE, (page + 1) * PAGE),
    pages: Math.max(1, Math.ceil(visible.length / PAGE)),
    unread: visible.filter((thread) => thread.unread).length,
  };
}
