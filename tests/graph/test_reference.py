"""The curated data: complete where it says so, and right on given days."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

import graph.reference
from graph.model import CommitmentKind
from graph.reference import Reference, load_reference
from graph.reference.types import Gender, Role

DATA = Path(graph.reference.__file__).parent

UN_MEMBERS = """
AFG ALB DZA AND AGO ATG ARG ARM AUS AUT AZE BHS BHR BGD BRB BLR BEL BLZ BEN BTN BOL BIH BWA BRA
BRN BGR BFA BDI CPV KHM CMR CAN CAF TCD CHL CHN COL COM COG COD CRI CIV HRV CUB CYP CZE DNK DJI
DMA DOM ECU EGY SLV GNQ ERI EST SWZ ETH FJI FIN FRA GAB GMB GEO DEU GHA GRC GRD GTM GIN GNB GUY
HTI HND HUN ISL IND IDN IRN IRQ IRL ISR ITA JAM JPN JOR KAZ KEN KIR PRK KOR KWT KGZ LAO LVA LBN
LSO LBR LBY LIE LTU LUX MDG MWI MYS MDV MLI MLT MHL MRT MUS MEX FSM MDA MCO MNG MNE MAR MOZ MMR
NAM NRU NPL NLD NZL NIC NER NGA MKD NOR OMN PAK PLW PAN PNG PRY PER PHL POL PRT QAT ROU RUS RWA
KNA LCA VCT WSM SMR STP SAU SEN SRB SYC SLE SGP SVK SVN SLB SOM ZAF SSD ESP LKA SDN SUR SWE CHE
SYR TJK TZA THA TLS TGO TON TTO TUN TUR TKM TUV UGA UKR ARE GBR USA URY UZB VUT VEN VNM YEM ZMB
ZWE
""".split()


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference()


def holders(reference: Reference, principal: str, role: Role, day: date) -> set[str]:
    return {
        term.person
        for term in reference.terms
        if term.principal == principal and term.role is role and term.period.covers(day)
    }


def members(reference: Reference, organization: str, day: date) -> set[str]:
    return {
        member.state
        for member in reference.organizations[organization].members
        if member.period.covers(day)
    }


# What is there


def test_all_members_of_the_un_are_states() -> None:
    assert len(set(UN_MEMBERS)) == 193
    assert set(UN_MEMBERS) <= set(load_reference().states)


@pytest.mark.parametrize("code", ["PSE", "VAT", "TWN", "XKX"])
def test_the_four_states_outside_the_un_are_there(reference: Reference, code: str) -> None:
    assert code in reference.states


def test_every_state_has_both_iso_codes_and_no_two_share_one(reference: Reference) -> None:
    codes = [state.iso2 for state in reference.states.values()]
    assert all(len(code) == 2 and code.isupper() and code.isascii() for code in codes)
    assert len(set(codes)) == len(codes)


def test_every_member_of_the_un_has_names_a_demonym_and_a_capital(reference: Reference) -> None:
    for code in UN_MEMBERS:
        state = reference.states[code]
        assert state.name, code
        assert state.official, code
        assert state.adjectives, code
        assert state.people, code
        assert state.capital, code


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("USA", ["US", "U.S.", "United States", "America"]),
        ("GBR", ["UK", "U.K.", "Britain", "United Kingdom"]),
        ("PRK", ["DPRK", "North Korea"]),
        ("KOR", ["ROK", "South Korea"]),
        ("CHN", ["PRC", "China"]),
        ("ARE", ["UAE", "United Arab Emirates"]),
        ("MMR", ["Burma", "Myanmar"]),
        ("CIV", ["Ivory Coast"]),
        ("CZE", ["Czech Republic", "Czechia"]),
        ("TUR", ["Turkey", "Türkiye"]),
    ],
)
def test_short_names_are_known(reference: Reference, code: str, names: list[str]) -> None:
    state = reference.states[code]
    former = [old.name for old in state.former]
    assert set(names) <= {state.name, state.official, *state.aliases, *former}


def test_forty_organisations_have_members(reference: Reference) -> None:
    assert sum(1 for body in reference.organizations.values() if body.members) >= 40


def test_sixty_states_have_heads_since_1990(reference: Reference) -> None:
    heads = {
        term.principal
        for term in reference.terms
        if term.role in (Role.HEAD_OF_STATE, Role.HEAD_OF_GOVERNMENT, Role.SUPREME_LEADER)
        and (term.period.since is None or term.period.since <= date(1991, 12, 31))
    }
    assert len(heads & set(reference.states)) >= 60


def test_there_are_forty_institutions(reference: Reference) -> None:
    assert len(reference.institutions) >= 40
    wanted = {"kremlin", "white-house", "pentagon", "state-department"}
    assert wanted <= set(reference.institutions)


def test_there_are_enough_bodies_and_commitments(reference: Reference) -> None:
    assert len(reference.organizations) >= 120
    assert len(reference.groups) >= 120
    assert len(reference.institutions) >= 150
    assert len(reference.commitments) >= 150


@pytest.mark.parametrize("kind", sorted(set(CommitmentKind) - {CommitmentKind.MEMBERSHIP}))
def test_every_kind_of_commitment_but_membership_has_entries(
    reference: Reference, kind: CommitmentKind
) -> None:
    assert any(commitment.kind is kind for commitment in reference.commitments)


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.toml")), ids=lambda path: path.name)
def test_each_file_names_its_sources_its_licence_and_its_day(path: Path) -> None:
    head = tomllib.loads(path.read_text("utf-8"))
    assert head["sources"]
    assert head["licence"]
    assert date.fromisoformat(head["as_of"]) >= date(2025, 1, 1)


BUSY = """
USA GBR ISR RUS CHN UKR IRQ SYR IRN IND AUS FRA PAK AFG TUR JPN CAN DEU EGY PHL ESP PRK KOR ITA MEX
IDN YEM SAU BRA GRC POL ZAF NLD COD TWN NZL COL MYS SWE ARG
""".split()


@pytest.mark.parametrize("role", [Role.FOREIGN_MINISTER, Role.DEFENCE_MINISTER])
@pytest.mark.parametrize("day", [date(2012, 10, 1), date(2020, 12, 15), date(2024, 6, 3)])
def test_the_busiest_forty_states_have_ministers(
    reference: Reference, role: Role, day: date
) -> None:
    assert {code for code in BUSY if not holders(reference, code, role, day)} == set()


@pytest.mark.parametrize(
    ("short", "person"),
    [
        ("Kiir", "salva-kiir"),
        ("Assad", "bashar-al-assad"),
        ("MBS", "mohammed-bin-salman"),
        ("Lula", "luiz-inacio-lula-da-silva"),
        ("Xi", "xi-jinping"),
        ("Zelensky", "volodymyr-zelenskyy"),
        ("Zelenskiy", "volodymyr-zelenskyy"),
        ("Gadhafi", "muammar-gaddafi"),
        ("Qaddafi", "muammar-gaddafi"),
        ("Dbeiba", "abdulhamid-dbeibah"),
        ("Nazarbaev", "nursultan-nazarbayev"),
    ],
)
def test_the_short_names_of_the_press_are_known(
    reference: Reference, short: str, person: str
) -> None:
    entry = reference.persons[person]
    assert short in (*entry.aliases, *entry.known_as, entry.name.split()[-1])


@pytest.mark.parametrize(
    ("name", "code", "day"),
    [
        ("Soviet Union", "RUS", date(1990, 1, 1)),
        ("West Germany", "DEU", date(1990, 1, 1)),
        ("East Germany", "DEU", date(1990, 1, 1)),
        ("Yugoslavia", "SRB", date(1995, 1, 1)),
        ("Czechoslovakia", "CZE", date(1992, 1, 1)),
        ("Zaire", "COD", date(1995, 1, 1)),
        ("Burma", "MMR", date(1988, 1, 1)),
        ("Swaziland", "SWZ", date(2010, 1, 1)),
        ("Upper Volta", "BFA", date(1980, 1, 1)),
    ],
)
def test_a_state_of_the_past_stands_under_its_heir(
    reference: Reference, name: str, code: str, day: date
) -> None:
    dated = {old.name: old.period for old in reference.states[code].former}
    assert dated[name].covers(day)
    assert not dated[name].covers(date(2020, 1, 1))


def test_women_in_high_office_are_known_as_such(reference: Reference) -> None:
    for woman in ("angela-merkel", "tsai-ing-wen", "sheikh-hasina", "kaja-kallas", "choe-son-hui"):
        assert reference.gender_of(woman) is Gender.FEMALE
    assert reference.gender_of("vladimir-putin") is Gender.MALE


@pytest.mark.parametrize("actor", ["RUS", "kremlin", "nobody-at-all"])
def test_what_is_no_person_has_no_gender(reference: Reference, actor: str) -> None:
    assert reference.gender_of(actor) is None


# Who was what on a day


@pytest.mark.parametrize(
    ("day", "president"),
    [
        (date(1990, 8, 2), "george-h-w-bush"),
        (date(1998, 8, 20), "bill-clinton"),
        (date(2003, 3, 20), "george-w-bush"),
        (date(2011, 5, 2), "barack-obama"),
        (date(2018, 6, 12), "donald-trump"),
        (date(2022, 2, 24), "joe-biden"),
        (date(2025, 1, 14), "joe-biden"),
        (date(2025, 1, 21), "donald-trump"),
    ],
)
def test_the_president_of_the_united_states(
    reference: Reference, day: date, president: str
) -> None:
    assert holders(reference, "USA", Role.HEAD_OF_STATE, day) == {president}


def test_the_president_of_iran_is_another_one_in_1998_and_in_2025(reference: Reference) -> None:
    then = holders(reference, "IRN", Role.HEAD_OF_GOVERNMENT, date(1998, 5, 1))
    assert then | holders(reference, "IRN", Role.HEAD_OF_STATE, date(1998, 5, 1)) == {
        "mohammad-khatami"
    }
    now = holders(reference, "IRN", Role.HEAD_OF_GOVERNMENT, date(2025, 1, 14))
    assert now | holders(reference, "IRN", Role.HEAD_OF_STATE, date(2025, 1, 14)) == {
        "masoud-pezeshkian"
    }


@pytest.mark.parametrize(
    ("day", "in_office"),
    [
        (date(1990, 11, 27), {"margaret-thatcher"}),
        (date(1990, 11, 28), {"margaret-thatcher", "john-major"}),
        (date(1990, 11, 29), {"john-major"}),
        (date(2016, 7, 12), {"david-cameron"}),
        (date(2016, 7, 13), {"david-cameron", "theresa-may"}),
        (date(2016, 7, 14), {"theresa-may"}),
        (date(2024, 7, 4), {"rishi-sunak"}),
        (date(2024, 7, 5), {"rishi-sunak", "keir-starmer"}),
        (date(2024, 7, 6), {"keir-starmer"}),
    ],
)
def test_on_the_day_of_a_handover_both_prime_ministers_hold_the_office(
    reference: Reference, day: date, in_office: set[str]
) -> None:
    assert holders(reference, "GBR", Role.HEAD_OF_GOVERNMENT, day) == in_office


def test_putin_is_in_office_through_all_his_four_changes_of_post(reference: Reference) -> None:
    for year in range(2000, 2026):
        term = reference.office_on("vladimir-putin", date(year, 9, 1))
        assert term is not None
        expected = "prime minister" if 2008 <= year <= 2011 else "president"
        assert term.title == expected


def test_a_person_without_an_office_has_no_country(reference: Reference) -> None:
    before = reference.actor("tony-blair", date(2006, 1, 1))
    after = reference.actor("vladimir-putin", date(1995, 1, 1))
    assert before is not None
    assert before.country == "GBR"
    assert after is not None
    assert after.country is None


# Who is a member of what


def test_finland_is_in_nato_since_4_april_2023(reference: Reference) -> None:
    assert "FIN" not in members(reference, "NATO", date(2023, 4, 3))
    assert "FIN" in members(reference, "NATO", date(2023, 4, 4))


def test_finland_has_the_clause_of_defence_with_its_membership(reference: Reference) -> None:
    def clauses(day: date) -> set[str]:
        return {
            commitment.id
            for commitment in reference.commitments_of("FIN", day)
            if commitment.kind is CommitmentKind.COLLECTIVE_DEFENCE
        }

    assert "member-NATO" not in clauses(date(2023, 4, 3))
    assert "member-NATO" in clauses(date(2023, 4, 4))


def ties(reference: Reference, state: str, body: str, day: date) -> list[tuple[str, date]]:
    return [
        (commitment.kind.value, commitment.since)
        for commitment in reference.commitments_of(state, day)
        if commitment.id == f"member-{body}"
    ]


@pytest.mark.parametrize(
    ("state", "body", "before", "joined", "after", "clause"),
    [
        ("DEU", "EU", date(2009, 11, 30), date(1958, 1, 1), date(2009, 12, 1), date(2009, 12, 1)),
        ("NGA", "ECOWAS", date(1985, 1, 1), date(1975, 5, 28), date(1990, 1, 1), date(1986, 9, 30)),
        ("KWT", "GCC", date(1990, 8, 2), date(1981, 5, 25), date(2001, 1, 1), date(2000, 12, 31)),
    ],
)
def test_a_membership_older_than_the_clause_is_no_pact_of_defence_before_it(
    reference: Reference,
    state: str,
    body: str,
    before: date,
    joined: date,
    after: date,
    clause: date,
) -> None:
    assert ties(reference, state, body, before) == [("membership", joined)]
    assert ties(reference, state, body, after) == [("collective_defence", clause)]


def test_a_clause_may_stand_in_another_treaty_than_the_founding_one(reference: Reference) -> None:
    def instruments(day: date) -> set[str]:
        commitments = reference.commitments_of("KWT", day)
        return {item.instrument for item in commitments if item.id == "member-GCC"}

    assert instruments(date(1990, 8, 2)) == {"GCC Charter"}
    assert instruments(date(2001, 1, 1)) == {"Joint Defence Agreement"}


def test_a_membership_younger_than_the_clause_counts_from_the_day_of_joining(
    reference: Reference,
) -> None:
    day = date(2024, 1, 1)
    assert ties(reference, "FIN", "NATO", day) == [("collective_defence", date(2023, 4, 4))]
    assert ties(reference, "HRV", "EU", day) == [("collective_defence", date(2013, 7, 1))]


def test_britain_is_in_the_eu_until_the_end_of_january_2020(reference: Reference) -> None:
    assert "GBR" in members(reference, "EU", date(2020, 1, 31))
    assert "GBR" not in members(reference, "EU", date(2020, 2, 1))
    assert "GBR" not in members(reference, "EU", date(1972, 12, 31))


def test_nato_has_32_members_and_the_eu_27(reference: Reference) -> None:
    assert len(members(reference, "NATO", date(2025, 6, 1))) == 32
    assert len(members(reference, "EU", date(2025, 6, 1))) == 27


def test_all_193_are_members_of_the_un(reference: Reference) -> None:
    assert members(reference, "UN", date(2025, 6, 1)) == set(UN_MEMBERS)


def test_niger_and_nigeria_share_no_name(reference: Reference) -> None:
    def names(code: str) -> set[str]:
        state = reference.states[code]
        return {
            *(state.name, state.official, *state.aliases),
            *(*state.adjectives, *state.people, *state.seats, *state.places, state.capital),
        }

    assert not names("NER") & names("NGA")
    assert {"Niger", "Nigerien"} <= names("NER")
    assert {"Nigeria", "Nigerian", "Nigerians"} <= names("NGA")


def test_shared_names_have_a_rule(reference: Reference) -> None:
    assert reference.ambiguous["Congo"] == "COD"
    assert reference.ambiguous["Dominican"] == "DOM"
    assert reference.ambiguous["Koreas"] is None
