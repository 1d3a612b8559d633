// One actor and others
// Graph: what the news tells of them. A relationship's `last_quote` is its latest sentence.
MATCH p = (:Actor {id: 'IRN'})-[r]-(:Actor)
WHERE r.events IS NOT NULL
RETURN p ORDER BY r.last_seen DESC LIMIT 100
