"""Events of GDELT and POLECAT become events of another extractor, or problems with a reason."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from graph.factory import open_store
from graph.model import Event, Status
from graph.ontology import load_ontology
from graph.reference import load_reference
from graph.store import Batch, Store
from ingest.imports.formats import read_gdelt, read_polecat
from ingest.imports.relations import relation_of_cameo, relation_of_plover
from ingest.imports.rows import Imported, Importer, Row
from ingest.sources.received import SourceProblem
from tests.ingest.makers import export_row, zipped

URL = "https://news.example/1"
COMMON = {"SQLDATE": "20250117", "DATEADDED": "20250118103000"}


def gdelt(**columns: str) -> str:
    return export_row(URL, **COMMON, **columns)


POLECAT_HEAD = "Event ID\tEvent Date\tEvent Type\tEvent Mode\tActor Country\tRecipient Country\n"


@pytest.fixture(scope="module")
def importer() -> Importer:
    return Importer(load_reference())


def imported(importer: Importer, rows: Iterator[Row | SourceProblem]) -> list[Imported]:
    return [importer.read(row) for row in rows if isinstance(row, Row)]


def one_event(importer: Importer, rows: Iterator[Row | SourceProblem]) -> Event:
    [item] = imported(importer, rows)
    assert item.event is not None
    assert item.problem is None
    return item.event


def test_a_row_of_gdelt_is_an_event_with_the_row_as_its_evidence(importer: Importer) -> None:
    row = gdelt(
        GLOBALEVENTID="77", Actor1CountryCode="RUS", Actor2CountryCode="IRN", EventCode="057"
    )
    event = one_event(importer, read_gdelt(zipped("a.export.CSV", row), "a"))
    assert event.target is not None
    assert (event.source.id, event.relation, event.target.id) == ("RUS", "treaty", "IRN")
    assert (event.status, event.reported_on) == (Status.ASSERTED, date(2025, 1, 18))
    assert event.event_date is not None
    assert event.event_date.start == date(2025, 1, 17)
    [proof] = event.evidence
    assert proof.extractor == "gdelt-2"
    assert proof.quote == "gdelt-2 77: RUS 057 IRN, 2025-01-17"
    assert proof.target_span is not None
    for span, text in (
        (proof.source_span, "RUS"),
        (proof.trigger, "057"),
        (proof.target_span, "IRN"),
    ):
        assert proof.quote[span.start : span.end] == text


@pytest.mark.parametrize(
    ("code", "relation"),
    [
        ("057", "treaty"),
        ("0871", "ceasefire"),
        ("0872", "withdrawal"),
        ("042", "visit"),
        ("036", "agreement"),
        ("1711", "seizure"),
        ("190", "attack"),
        ("195", "airstrike"),
        ("1951", "airstrike"),
        ("0311", "agreement"),
        ("052", "partnership"),
        ("010", None),
        ("", None),
        ("---", None),
        ("204", None),
    ],
)
def test_a_cameo_code_is_the_relation_with_the_nearest_code(
    code: str, relation: str | None
) -> None:
    assert relation_of_cameo(code) == relation


def test_every_relations_own_code_leads_back_to_its_event_type() -> None:
    ontology = load_ontology()
    for name, relation in ontology.relations.items():
        back = relation_of_cameo(relation.cameo)
        assert back is not None
        assert ontology.relations[back].event_type == relation.event_type, name
        kind = relation_of_plover(relation.event_type)
        assert kind is not None
        assert ontology.relations[kind].event_type == relation.event_type


def test_modes_of_plover_are_finer_than_types() -> None:
    assert relation_of_plover("consult", "Visit") == "visit"
    assert relation_of_plover("CONSULT", "unheard-of") == "meeting"
    assert relation_of_plover("YIELD") is None


def test_organisations_and_old_codes_of_countries_are_known(importer: Importer) -> None:
    row = gdelt(Actor1KnownGroupCode="NAT", Actor2CountryCode="ROM", EventCode="040")
    event = one_event(importer, read_gdelt(row.encode(), "a"))
    assert event.target is not None
    assert (event.source.id, event.target.id) == ("NATO", "ROU")


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"Actor2CountryCode": "IRN", "EventCode": "057"}, "no actor of ours: none"),
        ({"Actor1CountryCode": "RUS", "EventCode": "057"}, "no actor of ours: none"),
        (
            {"Actor1CountryCode": "AFR", "Actor2CountryCode": "IRN", "EventCode": "057"},
            "no actor of ours: AFR",
        ),
        (
            {"Actor1CountryCode": "IRN", "Actor2CountryCode": "IRN", "EventCode": "190"},
            "both ends are IRN",
        ),
        (
            {"Actor1CountryCode": "RUS", "Actor2CountryCode": "IRN", "EventCode": "010"},
            "no relation of ours: 010",
        ),
    ],
)
def test_a_row_that_maps_to_nothing_is_a_problem(
    importer: Importer, columns: dict[str, str], reason: str
) -> None:
    [item] = imported(importer, read_gdelt(gdelt(**columns).encode(), "a"))
    assert item.event is None
    assert item.problem is not None
    assert (item.problem.reason, item.problem.detail) == ("import", reason)


def test_a_row_of_polecat_is_an_event(importer: Importer) -> None:
    table = POLECAT_HEAD + "p1\t2025-01-17\tCONSULT\tvisit\tIRN\tRUS\n"
    event = one_event(importer, read_polecat(table.encode(), "a"))
    assert (event.source.id, event.relation) == ("IRN", "visit")
    assert event.evidence[0].extractor == "polecat"
    assert event.evidence[0].quote == "polecat p1: IRN CONSULT/visit RUS, 2025-01-17"


def test_rows_that_cannot_be_read_are_told_with_their_number() -> None:
    table = POLECAT_HEAD + "p1\t2025\n" + "p2\t2025-01-17\tAID\tNone\tUSA\tUKR\n"
    rows = list(read_polecat(table.encode(), "a"))
    assert [str(row) for row in rows if isinstance(row, SourceProblem)] == [
        "a, line 2: 2 columns instead of 6"
    ]
    assert [row.code for row in rows if isinstance(row, Row)] == ["AID"]
    [problem] = read_polecat(b"a,b\n1,2\n", "a")
    assert str(problem) == "a: no column 'event id': not a table of POLECAT"
    [problem] = read_gdelt(b"PK\x03\x04broken", "a")
    assert "a damaged zip file" in str(problem)
    [problem] = read_gdelt(b"one\ttwo\n", "a")
    assert str(problem) == "a, line 1: 2 columns instead of 61"


def test_importing_twice_adds_nothing(importer: Importer, tmp_path: Path) -> None:
    rows = "".join(
        gdelt(GLOBALEVENTID=str(n), Actor1CountryCode=a, Actor2CountryCode=b, EventCode=code)
        for n, (a, b, code) in enumerate(
            [("RUS", "IRN", "057"), ("RUS", "IRN", "057"), ("USA", "CHN", "112"), ("USA", "", "01")]
        )
    )
    items = imported(importer, read_gdelt(rows.encode(), "a"))

    def write(store: Store) -> tuple[int, int, int]:
        written = store.write(
            Batch(
                [item.article for item in items],
                [item.event for item in items if item.event],
                [item.problem for item in items if item.problem],
            )
        )
        return written.events, written.evidence, written.problems

    with open_store(f"sqlite:///{tmp_path}/w.db") as store:
        store.migrate()
        assert write(store) == (2, 3, 1), "two rows of one act are one event with two proofs"
        assert write(store) == (0, 0, 0)
