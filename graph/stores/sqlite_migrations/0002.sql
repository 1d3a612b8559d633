-- Sums by month and by year, keyed so that what a feed brings lies together; and ids kept apart
-- from their rows, because each new one would otherwise dirty a page of its own. What is derived
-- is computed anew after this script.

DROP TABLE pair;

-- An actor and a partner summed over a period: a calendar month (year * 12 + month - 1), unfaded,
-- or a year as a negative number, where an event of a later month weighs more than one of January
-- as much as the standard half-life says.
CREATE TABLE pair (
    actor INTEGER NOT NULL,
    period INTEGER NOT NULL,
    partner INTEGER NOT NULL,
    cooperation INTEGER NOT NULL,
    conflict INTEGER NOT NULL,
    events INTEGER NOT NULL,
    planned INTEGER NOT NULL,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    PRIMARY KEY (actor, period, partner)
) STRICT, WITHOUT ROWID;

-- The row numbers of articles and events by id; an id tells by its first letter which it is of.
-- New ids go into the small table, which is poured into the large one when it is full. An id
-- stands in one of the two, and the code that writes sees to that.
CREATE TABLE id_settled (
    id TEXT PRIMARY KEY,
    n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE id_fresh (
    id TEXT PRIMARY KEY,
    n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO id_settled
SELECT id, n FROM (SELECT id, n FROM article UNION ALL SELECT id, n FROM event) ORDER BY id;

INSERT INTO meta VALUES ('fresh_ids', '0');

-- The same tables as before, without the indexes of their ids.
CREATE TABLE article_without_index (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    publisher TEXT NOT NULL,
    published_at TEXT,
    fetched_at TEXT,
    language TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;

INSERT INTO article_without_index SELECT * FROM article;

DROP TABLE article;

ALTER TABLE article_without_index RENAME TO article;

CREATE TABLE event_without_index (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    day INTEGER NOT NULL,
    event_type TEXT NOT NULL,
    relation TEXT NOT NULL,
    status TEXT NOT NULL,
    source INTEGER NOT NULL,
    source_country TEXT,
    target INTEGER,
    target_country TEXT,
    date_start INTEGER,
    date_end INTEGER,
    date_precision TEXT,
    reported_on INTEGER,
    confidence REAL NOT NULL,
    mass INTEGER NOT NULL
) STRICT;

INSERT INTO event_without_index SELECT * FROM event;

DROP TABLE event;

ALTER TABLE event_without_index RENAME TO event;

CREATE INDEX event_by_day ON event (day DESC, id, event_type);
