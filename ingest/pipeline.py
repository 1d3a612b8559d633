"""One article in, its events and problems out: pure, no I/O, no clock.

process(article):  sentences -> mentions -> cheap pass -> parse -> parties -> claims -> Events.
This is the module to read first. Imports what the steps are made of.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from graph.model import Article, Event, Evidence, Problem, Span
from graph.ontology import load_ontology
from graph.reference import Reference, load_reference
from ingest.attribution import attributed_to
from ingest.capitals import lowered, with_capitals
from ingest.claims import Claim, NearMiss
from ingest.clean import language_of
from ingest.coder import SentenceCoder
from ingest.confidence import confidence_of
from ingest.coreference import Discourse
from ingest.dates import date_phrases, event_date
from ingest.deeds import REACH
from ingest.document import Sentence
from ingest.exceptions import without_exceptions
from ingest.frames import load_lexicon
from ingest.gazetteer import Gazetteer
from ingest.headlines import HeadlineRewriter
from ingest.introductions import Introducer
from ingest.mask import Mask
from ingest.masking import masks_for
from ingest.mentions import Mention, MentionReader, in_order
from ingest.nlp import DEFAULT_MODEL, Parser, RawSentence
from ingest.noise import is_noise
from ingest.parties import PartyReader
from ingest.prefilter import Context, Prefilter, Verdict
from ingest.provisional import Namesakes, ProvisionalReader
from ingest.sentences import split_sentences
from ingest.status import StatusReader
from ingest.unknown import unknown_names
from ingest.version import EXTRACTOR
from ingest.words import load_words

NO_TRIGGER = "no trigger between two actors"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen in one sentence: for `explain`."""

    start: int
    end: int
    mentions: tuple[Mention, ...]
    claims: tuple[Claim, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    skipped: str = ""


@dataclass(frozen=True)
class Coded:
    """The result for one article; `seen` is in the order of the text."""

    article: Article
    events: tuple[Event, ...]
    problems: tuple[Problem, ...]
    seen: tuple[Seen, ...] = ()


@dataclass
class _Draft:
    """An article between the cheap pass and the parser."""

    article: Article
    day: date | None
    reader: MentionReader
    sentences: list[RawSentence] = field(default_factory=list)
    mentions: list[list[Mention]] = field(default_factory=list)
    doubts: list[list[Mention]] = field(default_factory=list)
    skipped: dict[int, str] = field(default_factory=dict)
    problem: Problem | None = None

    def judged(self, number: int, verdict: Verdict) -> None:
        """Skip a sentence, or keep it and perhaps those before it that name somebody."""
        if verdict is Verdict.DROPPED:
            self.skipped[number] = NO_TRIGGER
        elif verdict is Verdict.WITH_CONTEXT:
            for before in range(max(0, number - REACH), number):
                if self.skipped.get(before) == NO_TRIGGER and self.mentions[before]:
                    del self.skipped[before]

    @property
    def kept(self) -> list[RawSentence]:
        return [raw for raw in self.sentences if raw.number not in self.skipped]


class Pipeline:
    """Everything loaded once; make one for each process. With `unsure`, claims are told
    whose confidence is below the floors of `lexicon/confidence.toml` too."""

    def __init__(
        self,
        model: str = DEFAULT_MODEL,
        reference: Reference | None = None,
        cheap_pass: bool = True,
        unsure: bool = False,
    ) -> None:
        self._unsure = unsure
        self._reference = reference or load_reference()
        self._gazetteer = Gazetteer(self._reference)
        self._namesakes = Namesakes(self._reference)
        self._introducer = Introducer()
        self._parser = Parser(model)
        self._lexicon = load_lexicon()
        self._ontology = load_ontology()
        self._prefilter = Prefilter(self._lexicon, load_words(), self._parser.irregular_verbs())
        self._headlines = HeadlineRewriter(
            frozenset(self._lexicon.verbs), self._parser.irregular_verbs()
        )
        self._cheap_pass = cheap_pass

    def process(self, article: Article) -> Coded:
        """Code one article. The same article always gives the same events."""
        return next(iter(self.process_many([article])))

    def process_many(self, articles: Iterable[Article], batch: int = 16) -> Iterator[Coded]:
        """Code articles in order, parsing the sentences of `batch` articles together."""
        pending: list[_Draft] = []
        for article in articles:
            pending.append(self._draft(article))
            if len(pending) >= batch:
                yield from self._finish(pending)
                pending = []
        yield from self._finish(pending)

    def _draft(self, article: Article) -> _Draft:
        day = article.published_at.date() if article.published_at else None
        text = article.text
        language = article.language or language_of(text)
        reader = MentionReader(self._reference, self._gazetteer, day)
        draft = _Draft(article, day, reader)
        if language != "en":
            detail = f"the text is in {language!r}, not English"
            draft.problem = Problem(article.id, "language", detail)
            return draft
        provisional = ProvisionalReader(self._namesakes, self._introducer, day)
        context = Context()
        about_noise = paragraph = before = 0
        for number, (start, end) in enumerate(split_sentences(text)):
            reading = provisional.read(text, start, end, reader.read(text, start, end))
            mentions = reading.mentions
            sentence = text[start:end]
            masks = masks_for(sentence, start, mentions)
            masks = with_capitals(sentence, start, mentions, masks)
            paragraph += text.count("\n", before, start)
            before = start
            raw = RawSentence(number, start, end, sentence, masks, paragraph)
            draft.sentences.append(raw)
            draft.mentions.append(mentions)
            draft.doubts.append(reading.doubts)
            context.open(number, paragraph, mentions)
            if is_noise(raw.text) or (about_noise and about_noise == number):
                draft.skipped[number] = "sport, culture or a ranking"
                about_noise += 1
            elif self._cheap_pass:
                draft.judged(number, self._prefilter.judge(raw.text, reading.actors, context))
        return draft

    def _finish(self, drafts: Sequence[_Draft]) -> Iterator[Coded]:
        wanted = [raw for draft in drafts for raw in draft.kept]
        parsed = self._reread_headlines(wanted, drafts)
        for draft in drafts:
            yield self._code(draft, [next(parsed) for _ in draft.kept])

    def _reread_headlines(
        self, wanted: Sequence[RawSentence], drafts: Sequence[_Draft]
    ) -> Iterator[Sentence]:
        """Parse; parse headlines without a verb again, with their verb in the past tense."""
        mentions = [draft.mentions[raw.number] for draft in drafts for raw in draft.kept]
        for raw, sentence, named in zip(wanted, self._parser.parse(wanted), mentions, strict=True):
            if named and not sentence.has_verb_root:
                ends = sorted(m.end - raw.start for m in named)
                change = self._headlines.change(lowered(raw.text), ends)
                if change is not None:
                    word, start, end = change
                    masks = sorted((*raw.masks, Mask(start, end, word)), key=lambda m: m.start)
                    again = replace(raw, masks=tuple(masks))
                    sentence = self._parser.parse([again])[0]
            yield sentence

    def _code(self, draft: _Draft, parsed: Sequence[Sentence]) -> Coded:
        if draft.problem is not None:
            return Coded(draft.article, (), (draft.problem,))
        by_number = {sentence.number: sentence for sentence in parsed}
        discourse = Discourse(self._reference)
        seen: list[Seen] = []
        told: dict[str, _Told] = {}
        for raw, mentions, doubts in zip(
            draft.sentences, draft.mentions, draft.doubts, strict=True
        ):
            sentence = by_number.get(raw.number)
            if sentence is None:
                discourse.open(raw, None, mentions)
                skipped = draft.skipped[raw.number]
                named = in_order(mentions, doubts)
                seen.append(Seen(raw.start, raw.end, named, skipped=skipped))
                continue
            acting = without_exceptions(sentence, mentions)
            discourse.open(raw, sentence, acting)
            coder = SentenceCoder(
                PartyReader(sentence, acting, discourse, draft.reader, discourse.deeds),
                StatusReader(sentence, self._lexicon.operators, draft.day),
                self._lexicon,
                self._ontology,
                self._unsure,
            )
            claims = coder.code()
            misses = tuple(coder.near_misses)
            named = in_order(mentions, doubts, unknown_names(sentence, [*mentions, *doubts]))
            seen.append(Seen(raw.start, raw.end, named, tuple(claims), misses))
            for claim in claims:
                event = self._event(draft, sentence, mentions, claim)
                told.setdefault(event.id, _Told(event)).add(event)
        events = tuple(item.merged() for item in told.values())
        return Coded(draft.article, events, _problems(draft.article, seen), tuple(seen))

    def _event(
        self, draft: _Draft, sentence: Sentence, mentions: Sequence[Mention], claim: Claim
    ) -> Event:
        evidence = Evidence(
            article_id=draft.article.id,
            sentence=Span(sentence.start, sentence.end),
            quote=sentence.text,
            trigger=Span(claim.trigger.start, claim.trigger.end),
            trigger_text=claim.trigger.text,
            source_span=Span(claim.source.start, claim.source.end),
            target_span=Span(claim.target.start, claim.target.end),
            extractor=EXTRACTOR,
            rule=claim.rule,
            confidence=confidence_of(claim),
            source_via=claim.source.via,
            target_via=claim.target.via,
            attributed_to=attributed_to(sentence, mentions, claim),
        )
        return Event(
            source=claim.source.principal,
            relation=claim.relation,
            target=claim.target.principal,
            status=claim.status,
            event_date=event_date(date_phrases(sentence, claim.verb), claim.status, draft.day),
            reported_on=draft.day,
            evidence=(evidence,),
        )


@dataclass
class _Told:
    """The same claim told twice in an article is one event with two evidence."""

    first: Event
    evidence: dict[str, Evidence] = field(default_factory=dict)

    def add(self, event: Event) -> None:
        for item in event.evidence:
            self.evidence.setdefault(item.id, item)

    def merged(self) -> Event:
        return replace(self.first, evidence=tuple(self.evidence.values()))


def _problems(article: Article, seen: Sequence[Seen]) -> tuple[Problem, ...]:
    found = []
    for item in seen:
        span = Span(item.start, item.end)
        for mention in item.mentions:
            if mention.principal is None:
                place = Span(mention.start, mention.end)
                found.append(
                    Problem(article.id, "unresolved", f"{mention.surface}: {mention.how}", place)
                )
        actors = {m.principal.id for m in item.mentions if m.principal is not None}
        if len(actors) > 1 and not item.claims:
            why = item.skipped or "; ".join(
                f"{miss.trigger.text!r}: {miss.reason}" for miss in item.near_misses
            )
            found.append(
                Problem(article.id, "no event", why or "no trigger links the actors", span)
            )
    return tuple(found)
