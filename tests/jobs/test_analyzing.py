"""Statistics: what SQLite counts at night, so that it plans its queries by what there is."""

from sqlalchemy import inspect, text

from shopapp.jobs import ledger, worker
from shopapp.jobs.models import JobState
from shopapp.ops import analyzing
from tests.jobs.scaffold import Shop, stored


def test_after_the_night_sqlite_knows_how_many_tickets_there_are(shop: Shop) -> None:
    with shop.session() as session:
        job_id = ledger.enqueue(session, analyzing.ANALYZE, store_id=None, arguments={}).id
    worker.drain(shop.app)
    assert stored(shop, job_id).state is JobState.DONE
    with shop.session() as session:
        if session.get_bind().dialect.name == "sqlite":
            counted = text("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'ticket'")
            assert session.connection().execute(counted).scalar()
        else:
            assert not inspect(session.connection()).has_table("sqlite_stat1")
