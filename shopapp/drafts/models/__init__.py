"""What the drafts keep, a class for each table."""

from shopapp.drafts.models.arms import Arm, DraftArm
from shopapp.drafts.models.confirmations import FactConfirmation
from shopapp.drafts.models.drafts import ASIDE, AiDraft, AiDraftRevision, DraftState, DraftSubject
from shopapp.drafts.models.exports import KEPT_DAYS, DraftExport, ExportState
from shopapp.drafts.models.model_service import ModelService, ServiceKind
from shopapp.drafts.models.outcomes import ComposeTime, DraftOutcome
from shopapp.drafts.models.rules import RuleState, StyleExample, StyleRule
from shopapp.drafts.models.sources import SourceFeedback, Verdict
from shopapp.drafts.models.spending import CallState, ModelCall, ModelMonth

__all__ = [
    "ASIDE",
    "KEPT_DAYS",
    "AiDraft",
    "AiDraftRevision",
    "Arm",
    "CallState",
    "ComposeTime",
    "DraftArm",
    "DraftExport",
    "DraftOutcome",
    "DraftState",
    "DraftSubject",
    "ExportState",
    "FactConfirmation",
    "ModelCall",
    "ModelMonth",
    "ModelService",
    "RuleState",
    "ServiceKind",
    "SourceFeedback",
    "StyleExample",
    "StyleRule",
    "Verdict",
]
