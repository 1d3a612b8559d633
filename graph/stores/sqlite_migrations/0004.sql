-- What coded an article, and the articles that are not coded yet.

ALTER TABLE article ADD COLUMN coder TEXT NOT NULL DEFAULT '';

-- Moments are microseconds since the year 1. An article may be claimed from `due_at` on; of a
-- claimed one that is the end of its lease; a dead one has none. `article` is JSON.
CREATE TABLE inbox (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    due_at INTEGER,
    worker TEXT NOT NULL,
    reason TEXT NOT NULL,
    trace TEXT NOT NULL,
    article TEXT NOT NULL
) STRICT;

CREATE INDEX inbox_due ON inbox (due_at, id) WHERE due_at IS NOT NULL;

CREATE INDEX inbox_by_state ON inbox (state, id);
