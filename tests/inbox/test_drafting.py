"""Drafts by a language model: in three steps, never late over a person, never a bare failure."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from shopapp import clock
from shopapp.connectors.errors import Temporary
from shopapp.db import Session
from shopapp.drafts.actions import writing
from shopapp.drafts.actions.writing import PACE, Overtaken, Progress
from shopapp.drafts.drafters.prompts import CURRENT
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.inbox.actions import drafting, replying, working
from shopapp.inbox.queries import replies
from shopapp.jobs.context import JobContext
from shopapp.jobs.models import Job
from shopapp.mail.models import Mailbox
from shopapp.refusals import Invalid
from tests.inbox.desk import QUESTION, Desk, ben, letter, newest_ticket
from tests.inbox.modelled import ANSWER, Script, change, script

__all__ = ["script"]


def drafts(session: Session) -> list[AiDraft]:
    return list(session.scalars(select(AiDraft).order_by(AiDraft.id)))


def test_a_model_is_asked_with_no_transaction_open_and_knows_nobody(
    desk: Desk, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    contexts: list[JobContext] = []
    write = writing.write

    def noted(context: JobContext, commission: writing.Commission) -> writing.Written:
        contexts.append(context)
        return write(context, commission)

    monkeypatch.setattr(writing, "write", noted)

    def nothing_is_open() -> None:
        assert not contexts[-1].is_in_transaction

    model = script(look_around=nothing_is_open)
    desk.take_in(letter(QUESTION))
    desk.work()
    with desk.session() as session:
        (draft,) = drafts(session)
        asked = "\n".join(each["content"] for each in draft.asked or [])
    assert asked == "\n".join(each.content for each in model.questions[0].messages)
    assert "nils" not in asked.lower()


def test_a_models_draft_tells_what_it_was_made_of_and_what_it_took(
    desk: Desk, script: Script
) -> None:
    script()
    desk.take_in(letter(QUESTION))
    desk.work()
    with desk.session() as session:
        (draft,) = drafts(session)
        reply = replies.in_writing(session, newest_ticket(session))
        assert reply is not None
        assert reply.body_text == draft.content == ANSWER
        assert (draft.state, draft.version) == (DraftState.PROPOSED, "fake-model")
        assert (draft.prompt_version, draft.intent) == (CURRENT, "where-is-my-order")
        assert draft.language == "en"
        assert draft.mailbox_id == session.scalars(select(Mailbox.id)).one()
        assert None not in (draft.tokens_in, draft.tokens_out, draft.context_hash)
        assert draft.context_packet["question"].startswith("Where is my order")  # type: ignore[index]


def test_a_service_that_fails_leaves_the_embedded_draft_and_a_plain_word(
    desk: Desk, script: Script
) -> None:
    script(Temporary("The model did not answer in 30 s.", fix="Check Settings, AI drafts."))
    desk.take_in(letter(QUESTION))
    desk.work()
    with desk.session() as session:
        (draft,) = drafts(session)
        assert (draft.state, draft.model) == (DraftState.PROPOSED, "embedded")
        why = "The model did not answer in 30 s. Check Settings, AI drafts."
        assert draft.error == f"{writing.FELL_BACK} {why}"
        assert replies.in_writing(session, newest_ticket(session)) is not None


def test_where_nothing_embedded_fits_either_the_composer_says_why(
    desk: Desk, script: Script
) -> None:
    script(Temporary("The model did not answer."))
    desk.take_in(letter("Do you like cats?", subject="Cats"))
    desk.work()
    with desk.session() as session:
        (draft,) = drafts(session)
        assert draft.state is DraftState.FAILED
        assert draft.error is not None
        assert draft.error.startswith("The model did not answer. No macro")


def test_a_new_mail_while_a_draft_is_written_makes_it_stale_and_a_new_one_answers(
    desk: Desk, script: Script
) -> None:
    later = [
        letter(
            "Where is it? I ask again.",
            message_id="<second@mail.example>",
            In_Reply_To="<first@mail.example>",
        )
    ]

    def meanwhile() -> None:
        if later:
            desk.take_in(later.pop())

    script(look_around=meanwhile)
    desk.take_in(letter(QUESTION))
    desk.work()
    with desk.session() as session:
        old, new = drafts(session)
        assert (old.state, new.state) == (DraftState.STALE, DraftState.PROPOSED)
        assert old.error == "The conversation moved on while this was written."
        question = replies.question(session, newest_ticket(session))
        assert question is not None
        assert new.ticket_message_id == question.id
        assert old.ticket_message_id != question.id


@pytest.mark.parametrize("event", ["begun", "closed"])
def test_a_person_who_was_faster_is_not_written_over(
    desk: Desk, script: Script, event: str
) -> None:
    def meanwhile() -> None:
        with desk.session() as session:
            ticket = newest_ticket(session)
            if event == "begun":
                replying.begin(session, ticket, body="My own words", by=ben(session))
            else:
                working.close(session, ticket, by=ben(session))

    script(look_around=meanwhile)
    desk.take_in(letter(QUESTION))
    desk.work()
    with desk.session() as session:
        (draft,) = drafts(session)
        assert draft.state is DraftState.STALE
        reply = replies.in_writing(session, newest_ticket(session))
        mine = "My own words" if event == "begun" else None
        assert (reply.body_text if reply else None) == mine


def test_a_worker_killed_in_the_middle_leaves_one_draft_to_the_next_attempt(
    desk: Desk, script: Script
) -> None:
    class Killed(BaseException):
        pass

    def die() -> None:
        raise Killed

    script(look_around=die)
    desk.take_in(letter(QUESTION))
    with pytest.raises(Killed):
        desk.work()
    with desk.session() as session:
        (draft,) = drafts(session)
        assert draft.state is DraftState.DRAFTING
    script()
    with desk.shop.session(bound=False) as session:
        _let_leases_run_out(session)
    desk.work()
    with desk.session() as session:
        (draft,) = drafts(session)
        assert (draft.state, draft.content) == (DraftState.PROPOSED, ANSWER)


def _let_leases_run_out(session: Session) -> None:
    past = clock.now() - timedelta(minutes=5)
    session.execute(update(Job).values(leased_until=past, run_at=past))


def test_what_is_written_so_far_is_noted_at_a_pace_until_nobody_waits(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        draft_id = drafts(session)[0].id
    moments = iter([0.0, PACE / 2, PACE, 2 * PACE])
    context = _Context(desk)
    note = Progress(context, draft_id, tick=lambda: next(moments))  # type: ignore[arg-type]
    for text in ("Hi", "Hi Nils", "Hi Nils, it"):
        note(text)
    with desk.session() as session:
        (draft,) = drafts(session)
        assert draft.content == "Hi Nils, it"
        draft.state = DraftState.STALE
    assert context.opened == 2
    with pytest.raises(Overtaken):
        note("more")


class _Context:
    def __init__(self, desk: Desk) -> None:
        self.desk, self.opened = desk, 0

    def transaction(self):  # type: ignore[no-untyped-def]
        self.opened += 1
        return self.desk.session()


def test_no_draft_is_made_where_it_is_switched_off_for_the_mailbox(desk: Desk) -> None:
    with desk.session() as session:
        session.scalars(select(Mailbox)).one().is_drafted = False
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        assert drafts(session) == []
        with pytest.raises(Invalid, match=r"switched off for help@harbor\.example"):
            drafting.ask_again(session, newest_ticket(session))


def test_the_packet_holds_what_was_said_before_and_the_stores_voice(
    desk: Desk, script: Script
) -> None:
    model = script()
    desk.take_in(
        letter(QUESTION),
        letter(
            "And which colour has it?\n\n> an old quoted line",
            message_id="<second@mail.example>",
            In_Reply_To="<first@mail.example>",
        ),
    )
    desk.work()
    asked = model.questions[-1].messages[1].content
    before, _, newest = asked.partition("# The mail to answer")
    assert "I am still waiting for the parcel." in before
    assert "And which colour has it?" in newest
    assert "quoted line" not in asked


def test_without_masking_the_name_goes_along(desk: Desk, script: Script) -> None:
    with desk.session() as session:
        change(session, masks_people=False)
    model = script()
    desk.take_in(letter(QUESTION))
    desk.work()
    assert "Nils" in model.questions[0].messages[1].content
