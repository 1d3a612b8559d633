// Alliances
// Graph: treaties, cooperation and aid of one state. Change the name.
// A relationship's `last_quote` is its latest sentence.
MATCH p = (:State {name: 'Iran'})-[r]-(:Actor)
WHERE type(r) IN ['TREATY', 'ALLIANCE', 'PARTNERSHIP', 'AGREEMENT',
  'DIPLOMATIC_TIES', 'TRADE', 'ECONOMIC_COOPERATION', 'ECONOMIC_AID',
  'MILITARY_COOPERATION', 'MILITARY_AID', 'INTELLIGENCE_SHARING']
RETURN p LIMIT 100;

// Allies, ranked
// By the weight of all that was done between them and one state.
// Nothing fades here. In `westphalia alliances` old events count less.
MATCH (:State {name: 'Iran'})-[:SOURCE_OF|TARGETS]-(e:Event)-[:SOURCE_OF|TARGETS]-(partner:Actor)
WITH partner, sum(e.weight) AS weight, count(e) AS events,
  collect(DISTINCT e.relation) AS relations, max(e.day) AS last_seen
WHERE weight > 0
RETURN partner.name AS partner, round(weight, 1) AS weight, events, relations, last_seen
ORDER BY weight DESC LIMIT 25;

// Adversaries, ranked
// By the weight of all that was done between them and one state.
MATCH (:State {name: 'Iran'})-[:SOURCE_OF|TARGETS]-(e:Event)-[:SOURCE_OF|TARGETS]-(partner:Actor)
WITH partner, sum(e.weight) AS weight, count(e) AS events,
  collect(DISTINCT e.relation) AS relations, max(e.day) AS last_seen
WHERE weight < 0
RETURN partner.name AS partner, round(weight, 1) AS weight, events, relations, last_seen
ORDER BY weight LIMIT 25;

// Conflicts of states
// Graph: threats, sanctions and force, the latest first.
MATCH p = (:State)-[r]->(:State)
WHERE type(r) IN ['THREAT', 'WARNING', 'ULTIMATUM', 'MOBILIZATION', 'SANCTION', 'EMBARGO', 'TARIFF',
  'EXPULSION', 'TIES_CUT', 'TREATY_WITHDRAWAL', 'SEIZURE', 'OCCUPATION', 'BLOCKADE', 'CYBERATTACK',
  'ATTACK', 'AIRSTRIKE', 'INVASION', 'CLASH', 'KILLING']
RETURN p ORDER BY r.last_seen DESC LIMIT 60;

// Changes since a day
// The balance of one state with each partner before the day and since.
WITH date('2023-01-01') AS since
MATCH (:State {name: 'Iran'})-[:SOURCE_OF|TARGETS]-(e:Event)-[:SOURCE_OF|TARGETS]-(partner:Actor)
WITH since, partner,
  sum(CASE WHEN e.day < since THEN e.weight ELSE 0.0 END) AS before,
  sum(CASE WHEN e.day >= since THEN e.weight ELSE 0.0 END) AS after,
  [name IN collect(CASE WHEN e.day >= since THEN e.name END) | name] AS news
WHERE size(news) > 0
RETURN partner.name AS partner, round(before, 1) AS before, round(after, 1) AS after, news
ORDER BY abs(after) DESC LIMIT 25;

// Evidence of one edge
// Every sentence behind a relationship, with its article and confidence.
MATCH (:State {name: 'Russia'})-[:SOURCE_OF]->(e:Event {relation: 'treaty'})
MATCH (e)-[:TARGETS]->(:State {name: 'Iran'})
MATCH (e)-[v:EVIDENCED_BY]->(article:Article)
RETURN e.name AS event, v.quote AS quote, v.trigger AS trigger, v.confidence AS confidence,
  article.name AS article, article.publisher AS publisher, article.url AS url
ORDER BY e.day DESC, confidence DESC LIMIT 50;

// One event opened
// Graph: its two ends, the persons named for them, the article.
MATCH p = (:State {name: 'Russia'})-[:SOURCE_OF]->(e:Event)-[:TARGETS]->(:State {name: 'Iran'})
WHERE e.relation = 'meeting'
WITH p, e ORDER BY e.day DESC LIMIT 1
MATCH q = (e)-[:VIA|EVIDENCED_BY]->()
RETURN p, q;

// History of a pair
// What two states did to each other, day by day.
MATCH (a:State {name: 'United States'}), (b:State {name: 'Iran'})
MATCH (e:Event)-[v:EVIDENCED_BY]->(:Article)
WHERE ((a)-[:SOURCE_OF]->(e)-[:TARGETS]->(b)) OR ((b)-[:SOURCE_OF]->(e)-[:TARGETS]->(a))
RETURN e.day AS day, e.name AS event, e.status AS status, round(e.weight, 1) AS weight,
  collect(v.quote)[0] AS quote
ORDER BY day, event LIMIT 200;

// Common friends
// Who did more good than harm with both of two states.
MATCH (:State {name: 'Russia'})-[:SOURCE_OF|TARGETS]-(e:Event)-[:SOURCE_OF|TARGETS]-(friend:Actor)
WITH friend, sum(e.weight) AS with_first
WHERE with_first > 0
MATCH (:State {name: 'Turkey'})-[:SOURCE_OF|TARGETS]-(e:Event)-[:SOURCE_OF|TARGETS]-(friend)
WITH friend, with_first, sum(e.weight) AS with_second
WHERE with_second > 0
RETURN friend.name AS friend, round(with_first, 1) AS with_first,
  round(with_second, 1) AS with_second
ORDER BY with_first + with_second DESC LIMIT 25;

// Path of two leaders
// Graph: the shortest way from one to the other, by acts and offices.
MATCH p = shortestPath((:Person {name: 'Kim Jong Un'})-[*..8]-(:Person {name: 'Emomali Rahmon'}))
WHERE all(r IN relationships(p) WHERE r.events IS NOT NULL OR type(r) = 'HOLDS_OFFICE')
RETURN p;

// Leaders who met
// Graph: persons that one sentence names for both sides.
MATCH p = (:Person)-[:MEETING|CALL|TREATY|AGREEMENT|NEGOTIATION|VISIT]->(:Person)
RETURN p LIMIT 60;

// Offices on a day
// Who held the leading offices of some states.
WITH date('2025-01-17') AS day
MATCH (person:Person)-[office:HOLDS_OFFICE]->(of:Actor)
WHERE of.name IN ['Russia', 'Iran', 'United States', 'China']
  AND office.title IN ['president', 'supreme leader', 'prime minister', 'premier',
    'foreign minister', 'secretary of state', 'defence minister', 'secretary of defense']
  AND office.since <= day AND (office.until IS NULL OR office.until >= day)
RETURN of.name AS of, office.title AS office, person.name AS holder, office.since AS since
ORDER BY of, office LIMIT 50;

// Members on a day
// Of an alliance or any other organisation, by its id.
WITH date('2025-01-17') AS day
MATCH (member:State)-[m:MEMBER_OF]->(:Organization {id: 'NATO'})
WHERE (m.since IS NULL OR m.since <= day) AND (m.until IS NULL OR m.until >= day)
RETURN member.name AS member, m.since AS since
ORDER BY since, member LIMIT 100;

// Commitments on a day
// What one state had signed and was in force, from the curated list.
WITH date('2025-12-01') AS day
MATCH (:State {name: 'Iran'})-[c:COMMITTED_TO]-(party:Actor)
WHERE (c.since IS NULL OR c.since <= day) AND (c.until IS NULL OR c.until > day)
RETURN c.kind AS kind, party.name AS party, c.instrument AS instrument, c.since AS since
ORDER BY kind, since, party LIMIT 100;

// Blocs of three
// Graph: states each bound to the other two by a pact of defence on a day.
WITH date('2025-12-01') AS day
MATCH (a:State)-[ab:COMMITTED_TO]-(b:State)-[bc:COMMITTED_TO]-(c:State)-[ca:COMMITTED_TO]-(a)
WHERE a.id < b.id AND b.id < c.id
  AND all(r IN [ab, bc, ca] WHERE r.kind IN ['bilateral_defence', 'collective_defence']
    AND r.since <= day AND (r.until IS NULL OR r.until > day))
RETURN a, b, c, ab, bc, ca LIMIT 100;

// Planned acts
// Announced, and not reported as done since.
MATCH (a:Actor)-[:SOURCE_OF]->(e:Event {status: 'planned'})-[:TARGETS]->(b:Actor)
WHERE NOT EXISTS {
  MATCH (a)-[:SOURCE_OF]->(done:Event {status: 'asserted', relation: e.relation})-[:TARGETS]->(b)
  WHERE done.day >= e.day
}
MATCH (e)-[v:EVIDENCED_BY]->(article:Article)
RETURN e.day AS day, e.name AS event, collect(v.quote)[0] AS quote, article.name AS article
ORDER BY day DESC, event LIMIT 50;

// Who is quoted
// And for which events.
MATCH (e:Event)-[v:EVIDENCED_BY]->(:Article)
WHERE v.attributed_to IS NOT NULL
MATCH (speaker:Actor {id: v.attributed_to})
RETURN speaker.name AS speaker, count(DISTINCT e) AS events,
  collect(DISTINCT e.name)[..3] AS such_as
ORDER BY events DESC, speaker LIMIT 25;

// Contradictions
// Told as a fact here, denied there within a month.
// `westphalia event ID` applies the whole rule, see docs/corroboration.md.
MATCH (a:Actor)-[:SOURCE_OF]->(told:Event {status: 'asserted'})-[:TARGETS]->(b:Actor)
MATCH (a)-[:SOURCE_OF]->(denied:Event {status: 'negated', relation: told.relation})-[:TARGETS]->(b)
WHERE abs(duration.inDays(told.day, denied.day).days) <= 30
RETURN told.name AS told, denied.name AS denied
UNION
MATCH (a:Actor)-[:SOURCE_OF]->(told:Event)-[:TARGETS]->(b:Actor)
MATCH (b)-[:SOURCE_OF]->(denied:Event {relation: 'denial'})-[:TARGETS]->(a)
WHERE told.status = 'asserted' AND told.weight < 0 AND told.relation <> 'denial'
  AND abs(duration.inDays(told.day, denied.day).days) <= 30
RETURN told.name AS told, denied.name AS denied;
