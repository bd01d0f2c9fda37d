"""What must be kept: files that are evidence of a version in production cannot be erased while it is there."""

from sqlalchemy import or_
from sqlmodel import Session, col, select

from core import digest
from core.access.permission import Permission, require
from core.errors import TransitionError
from core.evaluation.evaluation import Evaluation
from core.evaluation.evaluation_set import EvaluationSet
from core.registry.model import RegisteredModel
from core.registry.stage import Stage
from core.registry.version import ModelVersion
from core.store import erasure
from core.store.transaction import Transaction


def erase_file(tx: Transaction, fingerprint: str, reason: str) -> None:
    """Erase a stored file: its fingerprint and the event remain; raises as `core.store.erasure.erase_blob`.

    Args:
        tx: of an administrator.
        fingerprint: `sha256:…` of the file.
        reason: why its bytes must not be kept, in words.

    Raises:
        AccessError: the actor may not erase.
        TransitionError: a version in production rests on the file.
    """
    require(tx.session, tx.actor, Permission.ERASE)
    if resting := resting_on(tx.session, digest.parse(fingerprint)):
        raise TransitionError(
            f"The file is evidence of {', '.join(resting)}, which is in production.",
            "Take the version out of production first; until then its evidence stays.",
        )
    erasure.erase_blob(tx, fingerprint, reason)


def resting_on(session: Session, fingerprint: str) -> list[str]:
    """Name the versions in production that were measured with a file, or on an evaluation set made from it."""
    statement = (
        select(RegisteredModel.slug, ModelVersion.version)
        .join(ModelVersion, col(ModelVersion.model_id) == RegisteredModel.id)
        .join(Evaluation, col(Evaluation.version_id) == ModelVersion.id)
        .outerjoin(EvaluationSet, col(EvaluationSet.id) == Evaluation.set_id)
        .where(ModelVersion.stage == Stage.PRODUCTION)
        .where(or_(col(Evaluation.blob) == fingerprint, col(EvaluationSet.digest) == fingerprint))
        .distinct()
        .order_by(RegisteredModel.slug, col(ModelVersion.version))
    )
    return [f"{slug}@{version}" for slug, version in session.exec(statement)]
