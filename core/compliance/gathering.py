"""Gathers the records that can show something about a version's duties."""

from sqlmodel import Session

from core.cards import contradiction
from core.cards import queries as cards
from core.cards.answers import lack
from core.cards.completeness import set_aside
from core.cards.schema import answer
from core.compliance.coverage import CardEvidence
from core.compliance.proof import Proof, ProofKind
from core.registry import queries as registry
from core.registry.version import missing_to_rebuild


def card(session: Session, version_id: int) -> CardEvidence | None:
    """What the newest card of a version answers; None when there is no card."""
    newest = cards.latest(session, version_id)
    if newest is None:
        return None
    schema = cards.schema(session)
    record = cards.record(session, version_id, newest.content)
    answered = {
        field.path
        for field in schema.fields
        if set_aside(newest.content, field) or lack(field, answer(newest.content, field.path)) is None
    }
    differs = {found.path for found in contradiction.find(newest.content, record)}
    return CardEvidence(newest.number, frozenset(answered), frozenset(differs), cards.touched(session, version_id))


def proofs(session: Session, version_id: int) -> tuple[Proof, ...]:
    """Every record of a version that a catalogue can ask for."""
    return tuple(_registry(session, version_id))


def _registry(session: Session, version_id: int) -> list[Proof]:
    version = registry.version_by_id(session, version_id)
    address = registry.address(session, version_id)
    found = [
        Proof(
            ProofKind.LIFECYCLE,
            address,
            f"registered and in {len(registry.history(session, version_id))} stages so far",
        )
    ]
    if not missing_to_rebuild(version):
        found.append(
            Proof(ProofKind.REPRODUCIBILITY, address, "code, data, environment and seed", version.registered_at)
        )
    return found
