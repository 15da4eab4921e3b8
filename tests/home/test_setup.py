"""The setup checklist: what is done is read from the data, and it can be put away."""

from __future__ import annotations

from shopapp.db import Session
from shopapp.seo.models import SearchMetric
from shopapp.stores.models import Store
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.home.counter import Counter, days_ago
from tests.home.test_today import one, soup


def done(sign_in: SignIn) -> set[str]:
    """The steps Ada sees as done."""
    page = soup(sign_in(cast.ADA))
    return {each.text.removesuffix(", done").strip() for each in page.select(".steps .done")}


def test_what_is_there_is_done(sign_in: SignIn, counter: Counter) -> None:
    assert done(sign_in) == {"Import products", "Import orders", "Invite your team"}
    counter.vendor(lead_time_mean=9.0)
    with counter.session() as session:
        session.add(_metric())
    assert done(sign_in) >= {"Vendors’ lead times", "Import search data"}
    counter.vendor(name="Unknown")
    assert "Vendors’ lead times" not in done(sign_in)


def test_another_store_s_data_is_not_ours(sign_in: SignIn, store_session: OpenStore) -> None:
    with store_session("hill") as hill:
        hill.add(_metric())
        hill.commit()
    assert "Import search data" not in done(sign_in)


def test_looking_at_the_thresholds_is_all_that_is_asked(sign_in: SignIn, session: Session) -> None:
    answer = sign_in(cast.ADA).post("/harbor/setup/steps", data={"step": "thresholds_seen"})
    assert answer.location == "/harbor/settings/thresholds"
    assert "Look at the thresholds" in done(sign_in)
    assert sign_in(cast.ADA).post("/harbor/setup/steps", data={"step": "x"}).status_code == 404
    assert set(session.get_one(Store, cast.HARBOR.id).onboarding) == {"thresholds_seen"}


def test_it_is_put_away_by_an_admin(sign_in: SignIn) -> None:
    ada = sign_in(cast.ADA)
    assert one(soup(ada), "#setup")
    assert sign_in(cast.BEN).post("/harbor/setup/dismissal").status_code == 403
    assert ada.post("/harbor/setup/dismissal").status_code == 303
    assert not soup(ada).select("#setup")


def test_only_who_can_do_something_about_it_sees_it(sign_in: SignIn) -> None:
    assert not soup(sign_in(cast.BEN)).select("#setup")


def _metric() -> SearchMetric:
    return SearchMetric(
        source="csv",
        first_day=days_ago(30),
        last_day=days_ago(1),
        query="tea",
        clicks=1,
        impressions=10,
        position=3.0,
    )
