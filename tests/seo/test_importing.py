"""Search Console's exports come in as they are: zip files, languages, comparisons, damage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from sqlalchemy import select

from shopapp.db import Session
from shopapp.seo.importing import PAGES, QUERIES
from shopapp.seo.models import SearchMetric
from shopapp.sheets.importing import Importer, Report
from shopapp.sheets.refusing import Unreadable
from tests.conftest import OpenStore
from tests.seo import exports
from tests.seo.exports import DAYS, chart, performance, zipped

FIRST, LAST = date(2026, 10, 25), date(2026, 11, 21)


@pytest.fixture
def harbor(store_session: OpenStore) -> Session:
    return store_session("harbor")


def bring(
    session: Session,
    content: bytes | str,
    options: Mapping[str, str] = DAYS,
    *,
    importer: Importer = QUERIES,
    write: bool = True,
) -> Report:
    """Import the file."""
    raw = content.encode() if isinstance(content, str) else content
    report = importer.run(session, raw, options, write=write, progress=lambda _done, _all: None)
    session.flush()
    return report


def rows(session: Session) -> dict[str, tuple[int, int, float]]:
    """What is stored, by query or page, of the newest range."""
    newest = select(SearchMetric).where(SearchMetric.last_day == LAST)
    found = session.scalars(newest.execution_options(populate_existing=True))
    return {
        row.query or row.page: (row.clicks, row.impressions, round(row.position, 2))
        for row in found
    }


def test_the_whole_export_says_its_own_days_and_total(harbor: Session) -> None:
    report = bring(harbor, performance(), {})
    assert report.counts == {"new queries": 3, "changed queries": 0, "unchanged queries": 0}
    assert rows(harbor) == {
        "": (280, 2_800, 7.0),
        "green tea": (30, 1_000, 5.2),
        "tea, loose": (12, 400, 9.81),
        "earl grey tin": (0, 250, 14.0),
    }
    stored = harbor.scalars(select(SearchMetric)).first()
    assert stored
    assert (stored.first_day, stored.last_day, stored.source) == (FIRST, LAST, "gsc_export")


def test_the_same_zip_file_holds_the_pages_too(harbor: Session) -> None:
    report = bring(harbor, performance(), {}, importer=PAGES)
    assert report.counts["new pages"] == 3
    assert rows(harbor)["https://harbor.example/products/earl-grey"] == (40, 2_000, 6.4)
    assert report.sample[0][0] == "Page"


def test_a_check_writes_nothing(harbor: Session) -> None:
    assert bring(harbor, performance(), {}, write=False).counts["new queries"] == 3
    assert rows(harbor) == {}


def test_the_same_file_twice_changes_nothing(harbor: Session) -> None:
    bring(harbor, performance(), {})
    before = rows(harbor)
    report = bring(harbor, performance(), {})
    assert report.counts == {"new queries": 0, "changed queries": 0, "unchanged queries": 3}
    assert rows(harbor) == before


def test_the_same_days_again_are_replaced(harbor: Session) -> None:
    bring(harbor, exports.QUERIES)
    corrected = exports.QUERIES.replace("30,1000,3%", "40,1000,4%").replace("earl grey", "assam")
    counts = bring(harbor, corrected).counts
    assert (counts["new queries"], counts["changed queries"]) == (1, 1)
    assert (counts["unchanged queries"], counts["removed queries"]) == (1, 1)
    assert set(rows(harbor)) == {"green tea", "tea, loose", "assam tin"}


def test_a_single_file_asks_for_its_days(harbor: Session) -> None:
    with pytest.raises(Unreadable, match="first and the last day"):
        bring(harbor, exports.QUERIES, {})
    with pytest.raises(Unreadable, match="Turn them round"):
        bring(harbor, exports.QUERIES, {"first_day": "2026-11-21", "last_day": "2026-11-01"})
    with pytest.raises(Unreadable, match="both"):
        bring(harbor, exports.QUERIES, {"first_day": "2026-11-21"})
    assert [field.name for field in QUERIES.fields] == ["first_day", "last_day"]


@pytest.mark.parametrize("language", exports.LANGUAGES)
def test_every_language_is_read(harbor: Session, language: str) -> None:
    first, others = exports.LANGUAGES[language]
    bring(harbor, f'{first},{others}\ngreen tea,1,8,"12,5 %","4,7"\n')
    assert rows(harbor) == {"green tea": (1, 8, 4.7)}


def test_a_german_file_with_semicolons_and_groups_is_read(harbor: Session) -> None:
    head = "Häufigste Suchanfragen;Klicks;Impressionen;CTR;Position\n"
    bring(harbor, (head + "grüner tee;1.234;12.340;10 %;4,7\n").encode("cp1252"))
    assert rows(harbor) == {"grüner tee": (1_234, 12_340, 4.7)}


def test_a_localised_zip_file_is_known_by_its_content(harbor: Session) -> None:
    content = zipped(
        Requêtes="Requêtes les plus fréquentes,Clics,Impressions,CTR,Position\nthé,2,20,10%,3\n",
        Pays="Pays,Clics,Impressions,CTR,Position\nFrance,2,20,10%,3\n",
        Graphique=chart().replace("Clicks", "Clics"),
        Filtres="Filtre,Valeur\nType de recherche,Web\nDate,28 derniers jours\n",
    )
    bring(harbor, content, {})
    assert rows(harbor)["thé"] == (2, 20, 3.0)


def test_a_comparison_brings_two_ranges(harbor: Session) -> None:
    counts = bring(harbor, exports.COMPARED).counts
    assert counts["new queries"] == 3
    assert rows(harbor) == {"green tea": (30, 1_000, 5.2), "new tea": (5, 100, 8.0)}
    before = harbor.scalars(select(SearchMetric).where(SearchMetric.last_day < FIRST)).one()
    assert (before.first_day, before.last_day) == (date(2026, 9, 27), date(2026, 10, 24))
    assert (before.clicks, before.impressions) == (20, 800)


def test_a_comparison_with_dates_needs_no_question(harbor: Session) -> None:
    dated = exports.COMPARED.replace("Last 28 days", "9/27/26 - 10/24/26")
    bring(harbor, dated.replace("Previous 28 days", "10/25/26 - 11/21/26"), {})
    assert rows(harbor) == {"green tea": (20, 800, 6.1)}


def test_a_comparison_with_last_year_leaves_last_year_out(harbor: Session) -> None:
    compared = exports.COMPARED.replace("Previous 28 days", "Same period last year")
    assert bring(harbor, compared).counts["columns of last year left out"] == 1
    assert not harbor.scalars(select(SearchMetric).where(SearchMetric.last_day < FIRST)).all()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("green tea,9,5,180%,4", "more clicks than impressions"),
        ("green tea,x,50,4%,4", "not a whole number"),
        ("green tea,-1,50,4%,4", "not a whole number"),
        ("green tea,1,50,2%,first", "no position"),
        ("green tea,1,50,2%,0.3", "the first is 1"),
        ("green tea,10,50,2%,4", "is not 10 of 50"),
        ("green tea,1,50,two%,4", "no rate"),
        (",1,50,2%,4", "empty"),
        ("green tea,1,50,2%,4,extra", "cells"),
        (f"{'x' * 2_100},1,50,2%,4", "longer than"),
        ("mint tea,1,50,2%,4\nmint tea,1,50,2%,4", "twice"),
    ],
)
def test_a_wrong_row_is_named_and_the_others_come_in(harbor: Session, row: str, says: str) -> None:
    report = bring(harbor, f"{exports.QUERIES.splitlines()[0]}\n{row}\noolong,1,50,2%,4\n")
    assert report.refused == 1
    assert says in report.problems[0].message
    assert report.problems[0].line in (2, 3)
    assert "oolong" in rows(harbor)


def test_a_refused_row_keeps_what_was_there(harbor: Session) -> None:
    bring(harbor, exports.QUERIES)
    bring(harbor, exports.QUERIES.replace("30,1000,3%", "3000,1000,3%"))
    assert rows(harbor)["green tea"] == (30, 1_000, 5.2)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (exports.PAGES.encode(), "table of pages"),
        (b"Name,Age\nAnn,4\n", "performance report"),
        (b"", "empty"),
        (b"PK\x03\x04 nothing", "damaged"),
        (zipped(Notes="a,b,c\n1,2,3\n"), "no table of queries"),
        (performance(filters=f"{exports.FILTERS}Country,Germany\n"), "filtered"),
        (performance(filters="Filter,Value\nSearch type,Image\n"), "search type “Image”"),
        (zipped(**{f"Queries{n}": "a" for n in range(60)}), "too many files"),
    ],
)
def test_what_is_no_such_export_is_refused_with_a_reason(
    harbor: Session, content: bytes, says: str
) -> None:
    with pytest.raises(Unreadable, match=says):
        bring(harbor, content)
    assert rows(harbor) == {}


def test_a_zip_bomb_is_not_unpacked(harbor: Session) -> None:
    with pytest.raises(Unreadable, match="too large"):
        bring(harbor, zipped(Queries="0" * (65 * 1024 * 1024)))


def test_another_store_sees_none_of_it(harbor: Session, store_session: OpenStore) -> None:
    bring(harbor, performance(), {})
    harbor.commit()
    assert rows(store_session("hill")) == {}
