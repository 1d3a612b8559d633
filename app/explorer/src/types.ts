/** What the API answers, as far as this page reads it. The names are those of the wire. */

export type Kind = "state" | "organization" | "armed_group" | "person" | "institution";
export type Stance = "ally" | "partner" | "mixed" | "rival" | "adversary";
export type Status = "asserted" | "planned" | "hypothetical" | "negated" | "historical";
export type Tone = "friendly" | "hostile" | "any";

export interface Actor {
  id: string;
  name: string;
  kind: Kind;
  country: string | null;
  provisional: boolean;
}

export interface Hit extends Actor {
  how: string;
  because: string;
}

export interface Act {
  relation: string;
  status: Status;
  count: number;
}

export interface Proof {
  event_id: string;
  source: Actor;
  relation: string;
  target: Actor | null;
  status: Status;
  day: string | null;
  quote: string;
  publisher: string;
  title: string;
  url: string;
  confidence: number;
  attributed_to: Actor | null;
}

export interface Basis {
  words: string;
  cooperation: number;
  conflict: number;
  events: number;
  planned: number;
  acts: Act[];
  examined: number;
}

export interface Partner {
  partner: Actor;
  score: number;
  stance: Stance;
  trend: "rising" | "falling" | "steady";
  basis: Basis;
  first_seen: string;
  last_seen: string;
  evidence: Proof[];
}

export interface Commitment {
  id: string;
  kind: string;
  instrument: string;
  since: string | null;
  until: string | null;
  source_url: string;
}

export interface FormalPartner {
  partner: Actor;
  commitments: Commitment[];
}

export interface Standing {
  score: number;
  stance: Stance;
  events: number;
}

export interface Change {
  partner: Actor;
  kind: "came" | "went" | "stance" | "score";
  before: Standing | null;
  after: Standing | null;
  delta: number;
  evidence: Proof[];
}

export interface Binding {
  commitment: Commitment;
  partners: Actor[];
}

export interface Changes {
  earlier: string;
  later: string;
  observed: Change[];
  observed_total: number;
  began: Binding[];
  ended: Binding[];
}

export interface Alliances {
  actor: Actor;
  as_of: string;
  formal: FormalPartner[];
  formal_total: number;
  observed: Partner[];
  observed_total: number;
  changes: Changes | null;
}

export interface TieOut {
  one: string;
  other: string;
  score: number;
  events: number;
}

export interface Neighbours {
  actor: Actor;
  as_of: string;
  items: { partner: Actor; score: number; stance: Stance; events: number; planned: number }[];
  total: number;
  ties: TieOut[] | null;
}

export interface Point {
  start: string;
  end: string;
  events: number;
  net: number;
  standing: number;
  stance: Stance;
}

export interface Turn {
  start: string;
  end: string;
  stance_before: Stance;
  stance_after: Stance;
  evidence: Proof[];
}

export interface Dyad {
  one: Actor;
  other: Actor;
  as_of: string;
  formal: Commitment[];
  summary: Partner | null;
  points: Point[];
  points_total: number;
  turning_points: Turn[];
}

export interface Span {
  start: number;
  end: number;
}

export interface When {
  start: string;
  end: string;
  precision: string;
}

export interface Evidence {
  id: string;
  article: { id: string; title: string; url: string; publisher: string; published_at: string | null };
  start: number;
  end: number;
  quote: string;
  trigger: Span & { text: string };
  source_span: Span;
  target_span: Span | null;
  attributed_to: Actor | null;
  confidence: number;
}

export interface Event {
  id: string;
  source: Actor;
  source_via: Actor | null;
  relation: string;
  target: Actor | null;
  target_via: Actor | null;
  status: Status;
  event_type: string | null;
  event_date: When | null;
  reported_on: string | null;
  confidence: number;
  evidence: Evidence[];
}

export interface EventPage {
  items: Event[];
  next_cursor: string | null;
}

export interface Triple {
  event_id: string;
  source: string;
  relation: string;
  target: string | null;
  status: Status;
  event_date: When | null;
  reported_on: string | null;
  confidence: number;
  quote: string;
}

export interface AttestedEvent extends Event {
  corroboration: {
    sentences: number;
    articles: number;
    publishers: number;
    independent_publishers: number;
    unattributed: number;
    speakers: { actor: Actor; sentences: number; party: boolean }[];
    only_parties: boolean;
  };
  same_event: (Triple & { days_apart: number })[];
  contradictions: (Triple & { kind: string; why: string; days_apart: number })[];
}

export interface Dossier extends Actor {
  aliases: string[];
  events: number;
  first_seen: string | null;
  last_seen: string | null;
  relations: { relation: string; as_source: number; as_target: number }[];
  acts_for: Actor | null;
  offices: { person: Actor; of: Actor; title: string; since: string | null; until: string | null }[];
  memberships: { member: Actor; organization: Actor; since: string | null; until: string | null }[];
  known_until: string | null;
}

export interface Hop {
  source: Actor;
  target: Actor;
  closeness: number;
  score: number;
  stance: Stance;
  events: number;
  evidence: Proof[];
}

export interface Paths {
  source: Actor;
  target: Actor;
  as_of: string;
  tone: Tone;
  max_hops: number;
  items: { closeness: number; hops: Hop[] }[];
}

export interface Blocs {
  as_of: string;
  modularity: number;
  actors: number;
  ties: number;
  ties_left_out: number;
  loners: number;
  total: number;
  items: {
    id: string;
    name: string;
    size: number;
    members: { actor: Actor; weight: number; share: number }[];
  }[];
}

export interface Stats {
  articles: number;
  actors: number;
  events: number;
  first_day: string | null;
  last_day: string | null;
}

export interface Ready {
  status: string;
  newest_day: string | null;
  age_days: number | null;
}

export interface Ontology {
  relations: { name: string; description: string; event_type: string; planned: string; score: number }[];
}

export interface ExtractedEnd {
  id: string;
  name: string;
  kind: Kind;
  via: { id: string; name: string } | null;
  start: number;
  end: number;
}

export interface ExtractedEvent {
  source: ExtractedEnd;
  target: ExtractedEnd | null;
  relation: string;
  event_type: string | null;
  status: Status;
  event_date: When | null;
  confidence: number;
  attributed_to: { id: string; name: string } | null;
  evidence: Span & { quote: string; trigger: Span & { text: string } };
}

/** The article of a page of the web; "" and null are what it does not tell. */
export interface PageFound {
  text: string;
  title: string;
  url: string;
  date: string | null;
}

export interface Extracted {
  problems: string[];
  events: ExtractedEvent[];
}

export interface Explanation {
  problems: string[];
  sentences: (Span & {
    text: string;
    mentions: (Span & { surface: string; principal: string | null; via: string | null; how: string })[];
    events: { trigger: Span; relation: string; rule: string }[];
    near_misses: { trigger: Span & { text: string }; reason: string }[];
    why_none: string | null;
  })[];
}
