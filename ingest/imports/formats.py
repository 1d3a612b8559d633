"""Rows of GDELT 2.0 export files and of POLECAT's tables. Imports `rows`, `relations`,
`sources.gdelt`, `sources.received`.

POLECAT is read by the names of its columns, GDELT, which has none, by their places (Event
Database Data Format Codebook V2.0).
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping

from graph.errors import InvalidInput
from ingest.imports.relations import relation_of_cameo, relation_of_plover
from ingest.imports.rows import Row, day_of, first_of
from ingest.sources.gdelt import COLUMNS, rows_of
from ingest.sources.received import SourceProblem

Rows = Iterator[Row | SourceProblem]

GDELT = "gdelt-2"
POLECAT = "polecat"

_ID, _DAY, _CODE, _ADDED = 0, 1, 26, 59
_COUNTRY, _GROUP = (7, 17), (8, 18)

_STATES: Mapping[str, str] = {
    "ROM": "ROU",
    "TMP": "TLS",
    "ZAR": "COD",
    "KSV": "XKX",
    "KOS": "XKX",
    "XXK": "XKX",
    "PAL": "PSE",
}
"""Codes of countries in CAMEO that are not those of ISO 3166 today."""

_GROUPS: Mapping[str, str] = {
    "UNO": "UN",
    "NAT": "NATO",
    "EEC": "EU",
    "ARL": "ARABLEAGUE",
    "ASN": "ASEAN",
    "OPC": "OPEC",
    "IMF": "IMF",
    "WBK": "WORLDBANK",
    "WTO": "WTO",
    "IAE": "IAEA",
    "SCE": "OSCE",
    "GCC": "GCC",
    "WHO": "WHO",
    "ICJ": "ICJ",
    "COE": "COE",
    "OAS": "OAS",
}
"""CAMEO's codes of international organisations that the reference data knows."""

_NEEDED = ("event id", "event date", "event type", "actor country", "recipient country")


def read_gdelt(data: bytes, place: str) -> Rows:
    """The rows of an export file, zipped or not."""
    try:
        for number, cells in enumerate(rows_of(data), 1):
            if len(cells) != COLUMNS:
                reason = f"{len(cells)} columns instead of {COLUMNS}"
                yield SourceProblem(place, number, reason)
                continue
            ends = [(cells[_COUNTRY[end]], cells[_GROUP[end]]) for end in (0, 1)]
            (source, source_id), (target, target_id) = (_party(*end) for end in ends)
            yield Row(
                extractor=GDELT,
                id=cells[_ID],
                source=source,
                source_id=source_id,
                code=cells[_CODE],
                relation=relation_of_cameo(cells[_CODE]),
                target=target,
                target_id=target_id,
                day=day_of(cells[_DAY]),
                reported=day_of(cells[_ADDED]),
                url=cells[-1],
            )
    except InvalidInput as error:
        yield SourceProblem(place, None, str(error))


def _party(country: str, group: str) -> tuple[str, str]:
    """The code of a party, and its id: of an organisation if it is one that we know."""
    if group in _GROUPS:
        return group, _GROUPS[group]
    return country or group, _STATES.get(country, country)


def read_polecat(data: bytes, place: str) -> Rows:
    """The rows of a table of POLECAT, with tabs or commas."""
    text = data.decode("utf-8-sig", "replace")
    head = text.partition("\n")[0]
    table = csv.reader(io.StringIO(text), delimiter="\t" if "\t" in head else ",")
    names = [name.strip().lower() for name in next(table, [])]
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        yield SourceProblem(place, None, f"no column {missing[0]!r}: not a table of POLECAT")
        return
    while True:
        try:
            cells = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            yield SourceProblem(place, table.line_num, f"not a row of this table: {error}")
            continue
        if len(cells) != len(names):
            reason = f"{len(cells)} columns instead of {len(names)}"
            yield SourceProblem(place, table.line_num, reason)
            continue
        yield _polecat_row(dict(zip(names, cells, strict=True)))


def _polecat_row(cells: Mapping[str, str]) -> Row:
    kind, mode = first_of(cells, "event type"), first_of(cells, "event mode")
    source, target = first_of(cells, "actor country"), first_of(cells, "recipient country")
    return Row(
        extractor=POLECAT,
        id=first_of(cells, "event id"),
        source=source,
        source_id=source,
        code=f"{kind}/{mode}" if mode else kind,
        relation=relation_of_plover(kind, mode),
        target=target,
        target_id=target,
        day=day_of(first_of(cells, "event date")),
        reported=day_of(first_of(cells, "publication date")),
    )


READERS: Mapping[str, Callable[[bytes, str], Rows]] = {GDELT: read_gdelt, POLECAT: read_polecat}
"""By the name under which the events of a coder are kept (`Evidence.extractor`)."""
