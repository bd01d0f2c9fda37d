"""Judging anew how much depends on a model, and what a regulator calls its use; always with a reason."""

from core.access import permission
from core.access.permission import Permission
from core.audit.event import Event
from core.errors import InputError
from core.registry import queries
from core.registry.actions import subject
from core.registry.materiality import Exposure, Purpose, RegulatoryClass, assess
from core.registry.model import RegisteredModel
from core.store.transaction import Transaction

LONGEST_REASON = 300
"""Characters of a reason; it stands behind the sentence from which materiality follows."""


def judge(
    tx: Transaction,
    model_slug: str,
    *,
    exposure: Exposure | None = None,
    purpose: Purpose | None = None,
    regulatory_class: RegulatoryClass | None = None,
    reason: str,
) -> RegisteredModel:
    """Judge a model anew; what is None stays as it is.

    Materiality follows as soon as exposure or purpose is named; also where it was stated outright before.

    Args:
        tx: the transaction.
        model_slug: the model.
        exposure: how much it touches.
        purpose: what its answer is used for.
        regulatory_class: what a regulator calls the use.
        reason: why, in words.

    Raises:
        AccessError: the actor is no risk reviewer of this model.
        InputError: no reason was given, or too long a one.
        NotFoundError: no such model.
    """
    model = queries.model(tx.session, model_slug)
    permission.require(tx.session, tx.actor, Permission.CLASSIFY_MODEL, model.scope)
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise InputError(
            "This needs a reason.",
            f"Write it in words that a stranger understands, at most {LONGEST_REASON} characters.",
        )
    told: dict[str, str] = {}
    if exposure is not None or purpose is not None:
        model.exposure, model.purpose = exposure or model.exposure, purpose or model.purpose
        judged = assess(model.exposure, model.purpose)
        told |= {"before": model.materiality.value, "after": judged.tier.value}
        model.materiality, model.materiality_reason = judged.tier, f"{judged.reason} {reason.strip()}"
    if regulatory_class is not None and regulatory_class is not model.regulatory_class:
        told |= {"class_before": model.regulatory_class.value, "class_after": regulatory_class.value}
        model.regulatory_class = regulatory_class
    if not told:
        return model
    tx.add(model)
    tx.record(Event.MODEL_CHANGED, subject(model), reason=tx.text(reason.strip()), **told)
    tx.concerns(model.key)
    return model
