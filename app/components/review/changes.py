"""What changed: since the version in production, and since the visitor signed."""

from datetime import datetime
from typing import Any

import streamlit as st
from sqlmodel import Session

from app import theme
from app.components.card_compare import side_by_side
from app.components.review.case import Case
from app.visit import Visit
from core.approvals.review import Validity
from core.approvals.standing import Signature
from core.cards import difference
from core.cards import queries as cards
from core.evidence.kind import EvidenceKind
from core.evidence.pin import Difference
from core.registry.version import ModelVersion

_MOST_FIELDS = 12


def changes(here: Visit, case: Case) -> None:
    """Draw both: what changed since the visitor signed comes first, because it wants a decision again."""
    _since_signed(here, case)
    _since_champion(here, case)


def _since_signed(here: Visit, case: Case) -> None:
    mine = case.mine
    others = [
        s for s in case.standing.signatures if s.validity is Validity.STALE and s.review.decision.decides and s != mine
    ]
    if mine is not None:
        st.subheader("Since you signed", anchor=False)
        when = theme.moment(mine.review.at, here.zone)
        if not mine.changes:
            st.markdown(f":green[:material/check_circle:] Nothing. You {mine.review.decision.words} it on {when}.")
        else:
            st.caption(f"You {mine.review.decision.words} it on {when}.")
            _each(here, case, mine.changes)
    for signature in others:
        _of_other(here, case, signature)


def _of_other(here: Visit, case: Case, signature: Signature) -> None:
    who = theme.md(case.names.get(signature.review.person_id, ""))
    when = theme.moment(signature.review.at, here.zone)
    with st.expander(f"Since {who} signed, {when}"):
        _each(here, case, signature.changes)


def _each(here: Visit, case: Case, found: tuple[Difference, ...]) -> None:
    for one in found:
        st.markdown(f":orange[:material/change_circle:] {_sentence(theme.md(one.words))}.")
        before, after = one.before, one.after
        if one.component is EvidenceKind.CARD and before is not None and after is not None:
            with here.store.reading() as session:
                old = cards.by_digest(session, case.standing.version.key, before.digest)
                new = cards.by_digest(session, case.standing.version.key, after.digest)
            if old is not None and new is not None:
                _differing(here, old.content, new.content, "the card that was signed")


def _since_champion(here: Visit, case: Case) -> None:
    if case.champion is None:
        st.subheader("Since the version in production", anchor=False)
        verb = "is" if case.standing.state.undecided else "was"
        st.caption(f"Nothing of this model {verb} in production, so there is nothing to hold it against.")
        return
    standing = case.standing
    version, former = standing.version, case.champion
    then = "" if standing.state.undecided else " then"
    st.subheader(f"Since version {former.version}, in production{then}", anchor=False)
    if version.change_note:
        st.markdown(theme.md(version.change_note))
    rows = _builds(former, version)
    st.table(
        {
            "What": [row[0] for row in rows],
            f"Version {former.version}": [row[1] for row in rows],
            f"Version {version.version}": [row[2] for row in rows],
            "Changed": [":orange-badge[changed]" if row[1] != row[2] else ":gray[same]" for row in rows],
        },
        border="horizontal",
        hide_index=True,
        alt="How both versions were built",
    )
    with here.store.reading() as session:
        old, new = _cards(session, former, version, standing.request.decided_at)
    if old and new:
        st.markdown("**Model cards**")
        _differing(here, old, new, f"version {former.version}")


def _cards(
    session: Session, former: ModelVersion, version: ModelVersion, at: datetime | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    old, new = cards.as_of(session, former.key, at), cards.as_of(session, version.key, at)
    return (old.content if old else {}), (new.content if new else {})


def _differing(here: Visit, before: dict[str, Any], after: dict[str, Any], left: str) -> None:
    with here.store.reading() as session:
        schema = cards.schema(session)
    copied = {field.path for field in schema.fields if field.ask.computed}
    found = [one for one in difference.between(before, after, schema) if one.path not in copied]
    side_by_side(found[:_MOST_FIELDS], left)
    if len(found) > _MOST_FIELDS:
        st.caption(f"{len(found) - _MOST_FIELDS} more answers differ: see the card itself.")


def _builds(former: ModelVersion, version: ModelVersion) -> list[tuple[str, str, str]]:
    def shown(one: ModelVersion) -> list[str]:
        data = [theme.fingerprint(found) for found in one.data_digests]
        return [
            theme.fingerprint(one.artifact_sha256),
            _short(one.code_ref),
            ", ".join(data) or "–",
            _short(one.environment_ref),
            "–" if one.seed is None else str(one.seed),
        ]

    names = ("Model file", "Code", "Training data", "Environment", "Seed")
    return list(zip(names, shown(former), shown(version), strict=True))


def _short(reference: str | None) -> str:
    """Show a reference: a fingerprint shortened, anything else as it was written."""
    if reference and reference.startswith("sha256:"):
        return theme.fingerprint(reference)
    return theme.md(reference or "–", 40)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
