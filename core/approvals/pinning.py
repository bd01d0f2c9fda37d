"""Gathering what is signed: everything under review, each part by its fingerprint, as it stands now."""

from collections.abc import Iterator

from sqlmodel import Session

from core import digest
from core.cards import queries as cards
from core.digest import Digest
from core.evaluation import queries as evaluation
from core.evaluation.evaluation import Evaluation
from core.evidence.kind import EvidenceKind
from core.evidence.pin import Pin, in_order
from core.lineage import queries as lineage
from core.policy import queries as policy
from core.policy import waiver
from core.policy.waiver import Waiver
from core.registry import queries as registry
from core.registry.model import RegisteredModel
from core.registry.stage import Stage
from core.registry.version import ModelVersion


def pins(
    session: Session, model: RegisteredModel, version: ModelVersion, target: Stage, request: str
) -> tuple[Pin, ...]:
    """Gather everything a person looks at before signing that `version` goes to `target` by `request`, `REQ-17`.

    Only what the version came from is pinned of its lineage: applying the transition adds edges downstream and must
    not make its own approval stale. On the way to production the champion is pinned too, because people sign a
    comparison with it. Every acceptance that was given for the request is pinned: who signed before it was given
    signed a check that was not met. One that no longer counts stays pinned, because it closes and opens nothing.
    """
    return in_order([*_gathered(session, model, version, target), *_accepted(session, version, request)])


def _accepted(session: Session, version: ModelVersion, request: str) -> Iterator[Pin]:
    given: dict[str, list[Waiver]] = {}
    for one in waiver.given(session, version.key, request):
        given.setdefault(one.rule_id, []).append(one)
    for rule_id, several in given.items():
        yield Pin(EvidenceKind.ACCEPTANCE, rule_id, waiver.fingerprint(several), _acceptance(several))


def _acceptance(several: list[Waiver]) -> str:
    """Say until when it was accepted, and what the newest acceptance has that the one before had not."""
    until = f"until {max(one.until for one in several).date().isoformat()}"
    if len(several) == 1:
        return until
    newer = ", last for newer evidence" if several[-1].basis != several[-2].basis else ""
    return f"{until}, given {len(several)} times{newer}"


def _gathered(session: Session, model: RegisteredModel, version: ModelVersion, target: Stage) -> Iterator[Pin]:
    yield Pin(EvidenceKind.ARTIFACT, "", fingerprint(model, version), f"{model.slug}@{version.version}")
    for one in evaluation.current(session, version.key):
        yield Pin(EvidenceKind.EVALUATION, _measured_on(session, one), Digest(one.digest), one.address)
    if (card := cards.latest(session, version.key)) is not None:
        yield Pin(EvidenceKind.CARD, "", Digest(card.digest), f"save {card.number}")
    yield Pin(EvidenceKind.LINEAGE, "", lineage.upstream_digest(session, version.key))
    if (governing := policy.find_governing(session, model.materiality)) is not None:
        yield Pin(EvidenceKind.POLICY, "", Digest(governing.digest), governing.label)
    champion = registry.champion(session, model.key) if target is Stage.PRODUCTION else None
    if champion is not None and champion.id != version.id:
        yield Pin(EvidenceKind.CHAMPION, "", fingerprint(model, champion), f"version {champion.version}")


def _measured_on(session: Session, one: Evaluation) -> str:
    """Name the data of an evaluation so that its next upload has the same name."""
    if one.set_id is None:
        return one.label
    found = evaluation.set_by_id(session, one.set_id)
    return one.label if one.label.startswith(found.name) else f"{found.name} ({one.label})"


def fingerprint(model: RegisteredModel, version: ModelVersion) -> Digest:
    """Fingerprint of a version: of its bytes where they are known, else of the record that was registered."""
    if version.artifact_sha256:
        return Digest(version.artifact_sha256)
    return digest.of_json({"model": model.slug, "version": version.version, "artifact": None, "code": version.code_ref})
