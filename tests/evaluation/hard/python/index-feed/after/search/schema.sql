CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    is_deleted INTEGER NOT NULL DEFAULT 0,
    updated_at INTEGER NOT NULL DEFAULT (unixepoch())
);

CREATE INDEX documents_by_change ON documents (updated_at, id);

-- How far each index has come.
CREATE TABLE feed_state (
    name TEXT PRIMARY KEY,
    updated_at INTEGER NOT NULL,
    id INTEGER NOT NULL
);

CREATE TRIGGER documents_touch AFTER UPDATE OF title, body, is_deleted ON documents
BEGIN
    UPDATE documents SET updated_at = unixepoch() WHERE id = new.id;
END;
