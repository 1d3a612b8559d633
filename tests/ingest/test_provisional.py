"""Whom the data does not have is an actor where the text itself says who it is, and only there."""

from datetime import date
from pathlib import Path

import pytest

from graph.factory import open_store
from graph.ids import PROVISIONAL_MARK, provisional_id
from graph.model import Actor, ActorKind, Event
from graph.reference import Reference, load_reference
from graph.store import Batch
from ingest.gazetteer import Gazetteer
from ingest.introductions import Introducer
from ingest.mentions import MentionReader
from ingest.pipeline import Coded, Pipeline
from ingest.provisional import Namesakes, ProvisionalReader, Reading
from ingest.sentences import split_sentences
from tests.ingest.articles import article, claimed

DAY = "2024-05-01"


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference()


class Reader:
    """Reads texts sentence by sentence, without a parse."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._gazetteer = Gazetteer(reference)
        self._namesakes = Namesakes(reference)

    def readings(self, text: str) -> list[Reading]:
        day = date.fromisoformat(DAY)
        curated = MentionReader(self._reference, self._gazetteer, day)
        reader = ProvisionalReader(self._namesakes, Introducer(), day)
        return [
            reader.read(text, start, end, curated.read(text, start, end))
            for start, end in split_sentences(text)
        ]

    def found(self, text: str) -> list[str]:
        """The ids of the provisional actors, in the order of the text."""
        actors = [m.via or m.principal for r in self.readings(text) for m in r.mentions]
        return [actor.id for actor in actors if actor is not None and actor.provisional]

    def doubts(self, text: str) -> list[tuple[str, str]]:
        """Names that stay unresolved as ambiguous, and why."""
        found = [m for r in self.readings(text) for m in (*r.doubts, *r.mentions)]
        return [(m.surface, m.how) for m in found if m.how.startswith("ambiguous")]


@pytest.fixture(scope="module")
def reader(reference: Reference) -> Reader:
    return Reader(reference)


def people_of(coded: Coded) -> set[str]:
    """The provisional people and groups behind the events."""
    ends = {a for e in coded.events for a in (e.source, e.target, e.source_via, e.target_via)}
    return {actor.id for actor in ends if actor is not None and actor.provisional}


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        # A title before the name
        ("Kenyan Foreign Minister Lusari Mudavendi flew home.", "lusari-mudavendi~KEN"),
        ("Kazakh Deputy Energy Minister Xyzan Abcov spoke.", "xyzan-abcov~KAZ"),
        ("Kenya's deputy prime minister Lusari Mudavendi flew home.", "lusari-mudavendi~KEN"),
        ("Senior Kenyan diplomat Dr. Lusari Mudavendi flew home.", "lusari-mudavendi~KEN"),
        ("The Kenyan ambassador to Russia Lusari Mudavendi spoke.", "lusari-mudavendi~KEN"),
        ("Kenyan Minister for Health and Children Lusari Mudavendi spoke.", "lusari-mudavendi~KEN"),
        ("A UN Special Envoy for Yemen, Marten Griffon, flew home.", "marten-griffon~UN"),
        ("Pentagon spokeswoman Lusari Mudavendi denied it.", "lusari-mudavendi~USA"),
        ("Hamas spokesman Lusari Mudavendi denied it.", "lusari-mudavendi~hamas"),
        ("Saudi Energy Minister Karim al-Jubar spoke.", "karim-al-jubar~SAU"),
        ("South Korean Unification Minister Bae Mun-gyu spoke.", "bae-mun-gyu~KOR"),
        ("Bolivia's foreign minister José Ñandú flew home.", "jose-nandu~BOL"),
        # Beside and after it
        ("The Kenyan foreign minister, Lusari Mudavendi, flew home.", "lusari-mudavendi~KEN"),
        ("Foreign Minister Lusari Mudavendi of Kenya flew home.", "lusari-mudavendi~KEN"),
        ("The foreign minister of Kenya, Lusari Mudavendi, spoke.", "lusari-mudavendi~KEN"),
        ("Lusari Mudavendi, the Kenyan foreign minister, spoke.", "lusari-mudavendi~KEN"),
        ("Lusari Mudavendi, Kenya's ambassador to Russia, spoke.", "lusari-mudavendi~KEN"),
        (
            "Lusari Mudavendi, the spokesman of the Kenyan foreign ministry, spoke.",
            "lusari-mudavendi~KEN",
        ),
        ("The chief of the Kenyan army, Lusari Mudavendi, spoke.", "lusari-mudavendi~KEN"),
        # Armed groups
        ("The Arakana Army, a rebel group in Myanmar, took a town.", "arakana-army~MMR"),
        ("Myanmar rebel group the Arakana Army took a town.", "arakana-army~MMR"),
        ("The Somali militia Ahlu Zunna took a town.", "ahlu-zunna~SOM"),
        ("Ahlu Zunna, an armed group based in Darfur, took a town.", "ahlu-zunna~SDN"),
        ("Ahlu Zunna, a small Somali militia, took a town.", "ahlu-zunna~SOM"),
    ],
)
def test_a_text_that_says_who_it_is_makes_an_actor(reader: Reader, text: str, actor: str) -> None:
    assert reader.found(text) == [actor]


@pytest.mark.parametrize(
    "text",
    [
        # Nothing says who it is, or of what
        "Lusari Mudavendi condemned Russia.",
        "Foreign Minister Lusari Mudavendi flew from Kenya.",
        "Lusari Mudavendi, the spokesman of the Ruritanian foreign ministry, criticised Russia.",
        "Korean Foreign Minister Lusari Mudavendi flew home.",
        # Private persons, clubs, companies
        "Kenyan runner Lusari Mudavendi flew home.",
        "French actor Jean Dubonet flew home.",
        "German businessman Hans Dubonet flew home.",
        "French director Jean Dubonet flew home.",
        "French football federation president Jean Dubonet flew home.",
        "Kenyan opposition leader Lusari Mudavendi flew home.",
        "Kenyan company Lusari Mudavendi sold tea to Russia.",
        "Israeli border police officer Ben Doron was jailed.",
        "Tigers United, a football club in Kenya, lost.",
        "Lusari Mudavendi, the Kenyan president's brother, flew home.",
        # No longer, not yet, or no more on that side
        "Former Kenyan foreign minister Lusari Mudavendi flew home.",
        "A former Kenyan minister and UN envoy Lusari Mudavendi flew home.",
        "Kenyan minister-designate Lusari Mudavendi flew home.",
        "The renegade Libyan general Lusari Mudavendi took a town.",
        "Retired Israeli general Lusari Mudavendi spoke.",
        # The owner is another, or the name is part of a longer one
        "The Moscow-backed minister Lusari Mudavendi spoke.",
        "New Mexican Attorney General Lusari Balder sued a firm.",
        "Georgia Secretary of State Lusari Balder opened an inquiry.",
        "State Congress President Lusari Balder spoke.",
        "The University of Kenya president Lusari Mudavendi spoke.",
        "The president of Kenya's football union Lusari Mudavendi spoke.",
        "An envoy for Yemen, Lusari Mudavendi, flew home.",
        "United States General Services Administration said so.",
        "Irish Minister for Health Rights Watch said so.",
        "Kenyan Foreign Minister Lusari Mudavendi Visits Russia",
        # Groups without arms or land
        "The Arakana Army, a rock group in Myanmar, played.",
        "The Kurdish militia Ahlu Zunna took a town.",
        "The Somali militia took a town on Monday.",
    ],
)
def test_nothing_is_guessed_from_a_name(reader: Reader, text: str) -> None:
    assert reader.found(text) == []


def test_a_surname_means_who_was_introduced_before(reader: Reader) -> None:
    text = (
        "Kenyan Foreign Minister Lusari Mudavendi flew to Moscow. Mudavendi met Vladimir Putin. "
        "Mr Mudavendi left. Lusari Mudavendi spoke. Kennedy Mudavendi and Mudavendi Street did not."
    )
    assert reader.found(text) == ["lusari-mudavendi~KEN"] * 4


def test_a_family_name_that_stands_first_is_the_short_form(reader: Reader) -> None:
    text = "South Korean Unification Minister Bae Mun-gyu spoke. Bae left."
    assert reader.found(text) == ["bae-mun-gyu~KOR"] * 2


def test_a_group_is_found_again_by_its_name_and_its_short_form(reader: Reader) -> None:
    text = "The Arakana Army (ARA), a rebel group in Myanmar, took a town. The ARA fled."
    assert reader.found(text) == ["arakana-army~MMR"] * 3


def test_a_surname_of_two_that_were_introduced_is_ambiguous_and_names_both(reader: Reader) -> None:
    text = (
        "Kenyan Foreign Minister Lusari Mudavendi met Ugandan envoy Peter Mudavendi. "
        "Mudavendi left. Minister Mudavendi spoke."
    )
    assert reader.found(text)[2:] == ["lusari-mudavendi~KEN"]
    assert reader.doubts(text) == [
        ("Mudavendi", "ambiguous: lusari-mudavendi~KEN, peter-mudavendi~UGA")
    ]


def test_a_surname_of_a_curated_person_of_another_state_is_ambiguous(reader: Reader) -> None:
    text = "Kenyan Foreign Minister Robert Putin flew home. Putin spoke."
    assert reader.doubts(text) == [("Putin", "ambiguous: robert-putin~KEN, vladimir-putin")]


def test_who_may_be_a_curated_person_spelt_otherwise_is_ambiguous(reader: Reader) -> None:
    text = "Ukraine's president Volodimir Zelenskyy spoke."
    assert reader.found(text) == []
    [(surname, how)] = reader.doubts(text)
    assert surname == "Volodimir Zelenskyy"
    assert "volodymyr-zelenskyy" in how


def test_another_head_of_a_state_than_the_known_one_is_ambiguous(reader: Reader) -> None:
    text = "A statue of US President Abram Lingcoln fell."
    assert reader.found(text) == []
    [(_, how)] = reader.doubts(text)
    assert "joe-biden" in how


def test_the_id_is_made_of_the_name_and_of_whom_it_acts_for(reference: Reference) -> None:
    assert provisional_id("José  Ñandú", "BOL") == "jose-nandu~BOL"
    assert provisional_id("習近平", "CHN") == ""
    assert Actor("jose-nandu~BOL", "José Ñandú", ActorKind.PERSON, "BOL").provisional
    curated = {named.actor.id for named in reference.named_actors(reference.as_of)}
    assert not [actor_id for actor_id in curated if PROVISIONAL_MARK in actor_id]


# Through the whole pipeline

MEETING = "Kenyan Foreign Minister Lusari Mudavendi met Vladimir Putin in Moscow on Monday."
RAID = "The Arakana Army, a rebel group in Myanmar, attacked Bangladesh on Monday."


def only(events: tuple[Event, ...], source: str, relation: str, target: str) -> Event:
    [event] = [e for e in events if claimed([e]) == {(source, relation, target)}]
    return event


def test_the_state_acts_and_the_provisional_person_is_named(pipeline: Pipeline) -> None:
    event = only(pipeline.process(article(MEETING, DAY)).events, "KEN", "meeting", "RUS")
    person = Actor("lusari-mudavendi~KEN", "Lusari Mudavendi", ActorKind.PERSON, "KEN")
    assert event.source_via == person
    assert event.target_via is not None
    assert event.target_via.id == "vladimir-putin"


def test_a_provisional_actor_makes_an_event_less_sure(pipeline: Pipeline) -> None:
    plain = MEETING.replace("Lusari Mudavendi ", "")
    sure = only(pipeline.process(article(plain, DAY)).events, "KEN", "meeting", "RUS")
    less = only(pipeline.process(article(MEETING, DAY)).events, "KEN", "meeting", "RUS")
    assert less.confidence < sure.confidence


def test_a_surname_and_a_pronoun_act_for_the_state_of_the_person(pipeline: Pipeline) -> None:
    text = f"{MEETING} Mudavendi condemned Iran. He praised Turkey."
    events = pipeline.process(article(text, DAY)).events
    for relation, target in (("criticism", "IRN"), ("praise", "TUR")):
        via = only(events, "KEN", relation, target).source_via
        assert via is not None
        assert via.id == "lusari-mudavendi~KEN"


@pytest.mark.parametrize(
    "text",
    [RAID, "The Somali militia Ahlu Zunna attacked Kenyan troops on Monday."],
)
def test_a_provisional_group_acts_for_itself(pipeline: Pipeline, text: str) -> None:
    [event] = pipeline.process(article(text, DAY)).events
    assert event.source.provisional
    assert event.source.kind is ActorKind.ARMED_GROUP
    assert event.source.country in ("MMR", "SOM")
    assert event.relation == "attack"


def test_the_group_means_the_one_that_was_introduced(pipeline: Pipeline) -> None:
    events = pipeline.process(article(f"{RAID} The group accused China of shelling it.", DAY))
    assert ("arakana-army~MMR", "accusation", "CHN") in claimed(events.events)


def test_explain_can_say_why(pipeline: Pipeline) -> None:
    [seen] = pipeline.process(article(MEETING, DAY)).seen
    [how] = [m.how for m in seen.mentions if m.surface == "Lusari Mudavendi"]
    assert how == "provisional: named by its title, Foreign Minister of KEN"


def test_an_unknown_name_is_a_problem_and_no_actor(pipeline: Pipeline) -> None:
    coded = pipeline.process(article("Lusari Mudavendi condemned Russia and met Iran.", DAY))
    assert coded.events == ()
    [problem] = [p for p in coded.problems if p.reason == "unresolved"]
    assert problem.detail.startswith("Lusari Mudavendi: unknown")
    assert problem.span is not None
    assert (problem.span.start, problem.span.end) == (0, 16)


def test_an_ambiguous_name_is_a_problem_that_names_the_candidates(pipeline: Pipeline) -> None:
    text = "Kenyan Foreign Minister Robert Putin flew home. Putin condemned Iran."
    coded = pipeline.process(article(text, DAY))
    assert coded.events == ()
    [problem] = [p for p in coded.problems if p.detail.startswith("Putin: ")]
    assert problem.reason == "unresolved"
    assert "vladimir-putin" in problem.detail
    assert "robert-putin~KEN" in problem.detail


def test_what_was_read_before_changes_nothing(pipeline: Pipeline) -> None:
    bare = article("Mudavendi condemned Iran, and Lusari Mudavendi praised Turkey.", DAY)
    alone = pipeline.process(bare)
    _, after = pipeline.process_many([article(MEETING, DAY), bare])
    assert after == alone
    assert people_of(after) == set()


def test_the_cheap_pass_drops_nothing_that_a_provisional_actor_does(
    pipeline: Pipeline, thorough_pipeline: Pipeline
) -> None:
    text = f"{MEETING} Tea was served. Mudavendi condemned Iran. {RAID} The Arakana Army fled."
    quick = pipeline.process(article(text, DAY)).events
    assert quick == thorough_pipeline.process(article(text, DAY)).events
    assert ("KEN", "criticism", "IRN") in claimed(quick)


def test_the_next_article_finds_the_same_actor_in_the_store(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    first = pipeline.process(article(MEETING, DAY))
    second = pipeline.process(
        article("Lusari Mudavendi, Kenya's foreign minister, condemned Iran.", "2024-06-01")
    )
    raid = pipeline.process(article(RAID, DAY))
    with open_store(f"sqlite:///{tmp_path / 'store.db'}") as store:
        store.migrate()
        for coded in (first, second, raid):
            store.write(
                Batch(articles=(coded.article,), events=coded.events, problems=coded.problems)
            )
        [person] = store.search_actors("mudavendi")
        assert person == Actor("lusari-mudavendi~KEN", "Lusari Mudavendi", ActorKind.PERSON, "KEN")
        assert person.provisional
        assert store.actor(person.id).events == 3
        [group] = store.search_actors("Arakana")
        assert (group.id, group.kind) == ("arakana-army~MMR", ActorKind.ARMED_GROUP)
