-- The first schema. Days are proleptic ordinals (date.toordinal), 0 meaning "no day"; masses are
-- integers in units of 1e-9, so that what was added can be taken away again without a trace.
-- Actors are never removed, so what names them needs no foreign key.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE actor (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    country TEXT,
    events INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Place 0 is the name itself, the others are aliases.
CREATE TABLE actor_name (
    n INTEGER PRIMARY KEY,
    actor INTEGER NOT NULL REFERENCES actor (n),
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    folded TEXT NOT NULL
) STRICT;

CREATE INDEX actor_name_of ON actor_name (actor, place);

CREATE VIRTUAL TABLE actor_search USING fts5 (
    name,
    content = 'actor_name',
    content_rowid = 'n',
    prefix = '2 3',
    tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TRIGGER actor_name_added AFTER INSERT ON actor_name BEGIN
    INSERT INTO actor_search (rowid, name) VALUES (new.n, new.name);
END;

CREATE TRIGGER actor_name_removed AFTER DELETE ON actor_name BEGIN
    INSERT INTO actor_search (actor_search, rowid, name) VALUES ('delete', old.n, old.name);
END;

CREATE TABLE article (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    publisher TEXT NOT NULL,
    published_at TEXT,
    fetched_at TEXT,
    language TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;

-- A problem without a place has -1 for both ends.
CREATE TABLE problem (
    article INTEGER NOT NULL REFERENCES article (n),
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (article, span_start, reason, span_end, detail)
) STRICT, WITHOUT ROWID;

-- event_type is '' where (relation, status) has no projection. The countries are those of the
-- day of the event; confidence, publishers and mass follow from the evidence.
CREATE TABLE event (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
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

CREATE INDEX event_by_day ON event (day DESC, id, event_type);

-- reported_on is what the event of the batch said that brought this evidence.
CREATE TABLE evidence (
    event INTEGER NOT NULL REFERENCES event (n),
    id TEXT NOT NULL,
    article INTEGER NOT NULL REFERENCES article (n),
    reported_on INTEGER,
    sentence_start INTEGER NOT NULL,
    sentence_end INTEGER NOT NULL,
    quote TEXT NOT NULL,
    trigger_start INTEGER NOT NULL,
    trigger_end INTEGER NOT NULL,
    trigger_text TEXT NOT NULL,
    source_start INTEGER NOT NULL,
    source_end INTEGER NOT NULL,
    target_start INTEGER,
    target_end INTEGER,
    extractor TEXT NOT NULL,
    rule TEXT NOT NULL,
    confidence REAL NOT NULL,
    source_via INTEGER,
    source_via_country TEXT,
    target_via INTEGER,
    target_via_country TEXT,
    attributed_to INTEGER,
    attributed_to_country TEXT,
    PRIMARY KEY (event, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX evidence_of_article ON evidence (article);

-- Everything below is derived from event and evidence in the same transaction.

-- One row for each actor of an event, at an end or via, in the order in which events are listed.
-- The event type is a column and no part of the key: with it in front, one batch dirtied a page
-- for nearly every row, and a list had to merge seventeen walks. sides: 1 source, 2 target,
-- 3 both. partner is the principal of the other end, or NULL where the event counts for no Tie.
CREATE TABLE incidence (
    actor INTEGER NOT NULL,
    day INTEGER NOT NULL,
    event TEXT NOT NULL,
    event_type TEXT NOT NULL,
    n INTEGER NOT NULL,
    sides INTEGER NOT NULL,
    partner INTEGER,
    mass INTEGER NOT NULL,
    planned INTEGER NOT NULL,
    confidence REAL NOT NULL,
    PRIMARY KEY (actor, day DESC, event)
) STRICT, WITHOUT ROWID;

-- The same, summed by calendar month (year * 12 + month - 1), unfaded.
CREATE TABLE pair (
    actor INTEGER NOT NULL,
    partner INTEGER NOT NULL,
    month INTEGER NOT NULL,
    cooperation INTEGER NOT NULL,
    conflict INTEGER NOT NULL,
    events INTEGER NOT NULL,
    planned INTEGER NOT NULL,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    PRIMARY KEY (actor, partner, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE actor_relation (
    actor INTEGER NOT NULL,
    relation TEXT NOT NULL,
    as_source INTEGER NOT NULL,
    as_target INTEGER NOT NULL,
    PRIMARY KEY (actor, relation)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally (
    event_type TEXT NOT NULL,
    status TEXT NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (event_type, status)
) STRICT, WITHOUT ROWID;
