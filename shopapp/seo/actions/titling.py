"""A better title for an insight's page: drafted, edited, approved and kept with the insight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.drafts import subjects
from shopapp.drafts.actions import commissioning, concluding
from shopapp.drafts.drafters import prompts
from shopapp.drafts.drafters.stored import ReadyDrafter
from shopapp.drafts.exporting.redacting import Known
from shopapp.drafts.matters import PageFacts
from shopapp.drafts.models import AiDraft, DraftSubject
from shopapp.drafts.proposals import Wish
from shopapp.drafts.queries.voices import voice
from shopapp.drafts.unpacking import packet_of
from shopapp.refusals import Invalid, Stale
from shopapp.seo import titles
from shopapp.seo.models import SeoInsight
from shopapp.seo.queries import insights, pages
from shopapp.stores.queries import settings


def draft_title(session: Session, insight: SeoInsight, *, by: User) -> AiDraft:
    """Draft a title, or give the draft that stands; raises Invalid where there is none to write."""
    return commissioning.commission(session, DraftSubject.SEO, insight.id, by=by)


class Titles:
    """Search insights as the drafters, the shared editor and the exports know them."""

    def assignment(self, session: Session, subject_id: str, wish: Wish) -> subjects.Assignment:
        page = pages.page(session, _insight(session, subject_id))
        if page is None:
            message = "No product of the catalogue fits this insight: there is no title to draft."
            raise Invalid(message)
        brief = titles.brief(page, voice(pages.store(session), settings(session)), wish)
        embedded = ReadyDrafter(titles.proposal(page, brief.packet))
        return subjects.Assignment(
            brief, embedded, prompts.SEO_TITLE, titles.kept(page), titles.LIMIT
        )

    def place(self, session: Session, draft: AiDraft) -> subjects.Place | None:
        insight = insights.insight(session, draft.subject_id)
        if insight is None:
            return None
        found = pages.product(session, insight)
        return subjects.Place(
            title=f"Title for {found.title}" if found else "Title",
            back=insight.title,
            endpoint="seo.insight",
            values={"insight_id": insight.id},
            verb="Approve title",
            consequence="Kept with the insight as the fix to make. shopapp does not change the "
            "shop yet: copy it into Shopify’s search engine listing.",
            longest=titles.LIMIT,
        )

    def remarks(self, draft: AiDraft, text: str) -> Sequence[str]:
        packet = packet_of(draft.context_packet)
        words = titles.unsaid(text, packet.page, packet.brand.store_name) if packet.page else ()
        return [f"The catalogue does not say: {', '.join(words)}."] if words else ()

    def accept(self, session: Session, draft: AiDraft, text: str, by: User) -> str:
        insight = _insight(session, draft.subject_id)
        title = text.strip()
        _check(session, insight, title)
        before = {"title": insight.approved_title}
        insight.approved_title = title
        concluding.conclude(session, draft)
        record(session, "insight.titled", insight, by=by, before=before, after={"title": title})
        return "Title approved"

    def take_back(self, session: Session, draft: AiDraft, by: User) -> None:
        message = "A title is approved at once: draft another one."
        raise Stale(message)

    def origins(self, session: Session, drafts: Sequence[AiDraft]) -> Mapping[str, subjects.Origin]:
        return {
            draft.id: subjects.Origin(PageFacts.task, "", f"insight {draft.subject_id}", Known())
            for draft in drafts
        }


def _insight(session: Session, insight_id: str) -> SeoInsight:
    insight = insights.insight(session, insight_id)
    if insight is None:
        message = "The insight is gone."
        raise Stale(message)
    return insight


def _check(session: Session, insight: SeoInsight, title: str) -> None:
    if "\n" in title or len(title) > titles.LIMIT:
        message = f"A title is one line of at most {titles.LIMIT} characters: shorten it."
        raise Invalid(message, "body")
    found = pages.product(session, insight)
    if found is not None and found.title.casefold() not in title.casefold():
        message = f"Keep the product’s name in it: {found.title}."
        raise Invalid(message, "body")


subjects.register(DraftSubject.SEO, Titles())
subjects.register_desk(DraftSubject.SEO, Titles())
