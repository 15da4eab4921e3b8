"""Jobs in words: every job has a name people understand."""

from __future__ import annotations

import pytest

from shopapp import schedule
from shopapp.jobs import registry, wording
from shopapp.jobs.queries import Progress


def test_every_job_this_release_can_do_has_a_title() -> None:
    assert schedule.HANDLERS
    ours = {name for name in registry.names() if not name.startswith("test.")}
    assert ours == set(wording.TITLES)


def test_a_job_of_another_release_keeps_its_name() -> None:
    assert wording.title("tea.brew") == "The job tea.brew"


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (Progress(0, None, None, None), ""),
        (Progress(7, None, None, None), "7 done"),
        (Progress(1200, 4000, 45.2, 75.0), "1,200 of 4,000, 45 a second, 1 minute left"),
        (Progress(3, 4, 0.5, 2.0), "3 of 4, 0.5 a second, 2 seconds left"),
        (Progress(4, 4, 2.0, 0.0), "4 of 4, 2.0 a second"),
    ],
)
def test_progress_says_as_much_as_is_known(progress: Progress, words: str) -> None:
    assert wording.pace(progress) == words
