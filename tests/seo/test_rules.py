"""What each rule finds, by known answers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.seo import rules
from shopapp.seo.rules import Brand, Figures, Finding, Table, thresholds

BRAND = Brand.of("Harbor Tea", "https://harbortea.example")
FIRST, LAST = date(2026, 10, 25), date(2026, 11, 21)
SITE = "https://harbor.example"
CROWD = Figures("loose leaf tea", 320, 4_000, 4.0)


def table(*rows: Figures, kind: Any = "query", crowd: bool = True) -> Table:
    """Four weeks of rows, with one common query that makes enough impressions."""
    more = [CROWD] if crowd else []
    return Table(kind, FIRST, LAST, [*rows, *more])


def found(key: str, of: Table) -> dict[str, Finding]:
    """A rule's findings by their resource."""
    findings = rules.find(of, BRAND)[key]
    assert findings is not None
    return {each.resource: each for each in findings}


def test_a_query_on_the_second_page_is_in_striking_distance() -> None:
    one = found("striking-distance", table(Figures("green tea", 9, 1_000, 11.0)))["green tea"]
    assert one.title == "“green tea” stands at position 11.0"
    assert "shown 1,000 times" in one.description
    assert one.gain is not None
    assert one.gain[0] == pytest.approx(16.0 * 30 / 28)
    assert one.gain[1] == pytest.approx(23.0 * 30 / 28)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (Figures("green tea", 9, 1_000, 3.9), "stands too high"),
        (Figures("green tea", 0, 1_000, 20.1), "stands too low"),
        (Figures("green tea", 0, 99, 11.0), "is seen too seldom"),
        (Figures("harbor tea green", 9, 1_000, 11.0), "names the brand"),
        (Figures("green tea", 400, 1_000, 11.0), "is clicked more than three places higher"),
    ],
)
def test_it_is_not_in_striking_distance(row: Figures, why: str) -> None:
    assert row.name not in found("striking-distance", table(row)), why


def test_below_two_thousand_impressions_nothing_is_judged() -> None:
    few = table(Figures("green tea", 9, 1_999, 11.0), crowd=False)
    assert rules.find(few, BRAND) == {"striking-distance": None, "low-ctr": None}
    enough = table(Figures("green tea", 9, 2_000, 11.0), crowd=False)
    assert rules.find(enough, BRAND)["striking-distance"]


def test_a_query_clicked_far_less_than_usual_is_named_with_its_test() -> None:
    one = found("low-ctr", table(Figures("green tea", 10, 1_000, 4.0)))["green tea"]
    assert one.evidence["z"] < thresholds.LOW_Z
    assert one.evidence["expected_ctr"] > one.evidence["ctr"] == 0.01
    assert one.gain is not None
    assert 0 < one.gain[0] < one.gain[1]


@pytest.mark.parametrize(
    "row",
    [
        Figures("green tea", 70, 1_000, 4.0),  # within chance
        Figures("green tea", 0, 99, 4.0),
        Figures("harbor tea", 0, 1_000, 4.0),
        Figures("green tea", 0, 1_000, 60.0),
    ],
)
def test_chance_few_impressions_and_the_brand_are_no_reason(row: Figures) -> None:
    assert row.name not in found("low-ctr", table(row))


def test_the_pages_own_rule_leaves_the_first_page_out() -> None:
    rows = (
        Figures(f"{SITE}/", 0, 3_000, 4.0),
        Figures(f"{SITE}/collections/tea", 10, 3_000, 4.0),
        Figures(f"{SITE}/products/a", 400, 5_000, 4.0),
    )
    assert list(found("low-ctr-page", table(*rows, kind="page", crowd=False))) == [
        f"{SITE}/collections/tea"
    ]


def test_the_spellings_of_a_page_are_counted_together() -> None:
    rows = (
        Figures(f"{SITE}/products/a?variant=1", 1, 300, 6.0),
        Figures(f"{SITE}/products/a", 20, 700, 4.0),
        Figures(f"{SITE}/collections/b/products/a", 0, 100, 9.0),
        Figures(f"{SITE}/products/a#:~:text=x", 3, 900, 4.0),
    )
    one = found("split-addresses", table(*rows, kind="page", crowd=False))[f"{SITE}/products/a"]
    assert one.evidence["traits"] == ["variant", "collection"]
    assert one.evidence["stray_impressions"] == 400
    assert (one.evidence["clicks"], one.evidence["impressions"]) == (24, 2_000)
    assert one.gain is None
    assert len(one.rule.steps(one.resource, one.evidence)) == 3


def test_with_and_without_www_is_a_split() -> None:
    rows = (
        Figures("https://www.harbor.example/a", 1, 300, 6.0),
        Figures("https://harbor.example/a", 20, 200, 4.0),
    )
    (one,) = found("split-addresses", table(*rows, kind="page", crowd=False)).values()
    assert one.evidence["traits"] == ["www"]


def test_a_few_stray_impressions_are_no_split() -> None:
    rows = (
        Figures(f"{SITE}/a", 20, 9_000, 4.0),
        Figures(f"{SITE}/a/", 1, 120, 6.0),
        Figures(f"{SITE}/b", 20, 90, 4.0),
        Figures(f"{SITE}/b/", 1, 90, 6.0),
    )
    assert not found("split-addresses", table(*rows, kind="page", crowd=False))


@pytest.mark.parametrize(
    ("share", "effort_rule", "expected"),
    [
        (0.05, "split-addresses", ("critical", "now")),
        (0.0499, "low-ctr", ("warning", "now")),
        (0.01, "striking-distance", ("warning", "soon")),
        (0.0099, "low-ctr", ("notice", "soon")),
        (0.0, "striking-distance", ("notice", "later")),
    ],
)
def test_severity_follows_the_clicks_at_stake_and_the_lane_the_effort_too(
    share: float, effort_rule: str, expected: tuple[str, str]
) -> None:
    rule = rules.rule(effort_rule)
    assert rule
    finding = Finding(rule, "x", "", "", share, None)
    assert (finding.severity, finding.lane) == expected


def test_a_fingerprint_is_of_rule_resource_and_market() -> None:
    rule, other = rules.rule("low-ctr-page"), rules.rule("split-addresses")
    assert rule
    assert other

    def print_of(of: rules.Rule, url: str, market: str = "") -> str:
        return Finding(of, url, "", "", 0, None, {}, market).fingerprint

    one = print_of(rule, f"{SITE}/a")
    assert one == print_of(rule, "http://www.harbor.example/a/?utm_source=x")
    different = {
        print_of(rule, f"{SITE}/b"),
        print_of(other, f"{SITE}/a"),
        print_of(rule, f"{SITE}/a", "de"),
    }
    assert len(different | {one}) == 4


@pytest.mark.parametrize(
    ("query", "is_brand"),
    [
        ("harbor tea", True),
        ("HarborTea shop", True),
        ("harbor-tea opening hours", True),
        ("tea at the harbor", False),
        ("green tea", False),
    ],
)
def test_the_brand_is_found_however_it_is_written(query: str, is_brand: bool) -> None:
    assert BRAND.named_in(query) is is_brand


def test_a_short_name_is_the_brand_only_when_it_stands_alone() -> None:
    brand = Brand.of("Hill", "https://hill.example")
    assert brand.named_in("hill")
    assert not brand.named_in("chilli sauce")
    assert not Brand.of("Tea", "https://tea.example").named_in("tea")


@given(
    st.lists(
        st.integers(0, 20_000).flatmap(
            lambda seen: st.builds(
                Figures,
                st.text(min_size=1, max_size=8),
                st.integers(0, seen),
                st.just(seen),
                st.floats(1, 80),
            )
        ),
        max_size=15,
    ),
    st.sampled_from(["query", "page"]),
)
def test_whatever_the_figures_are_a_finding_is_sound(rows: list[Figures], kind: Any) -> None:
    for found_here in rules.find(Table(kind, FIRST, LAST, rows), BRAND).values():
        for each in found_here or []:
            assert each.title
            assert each.share >= 0
            assert each.rule.steps(each.resource, each.evidence)
            assert each.gain is None or 0 <= each.gain[0] <= each.gain[1]
