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
from core.evaluation import queries as evaluation
from core.evaluation.moved import Moved, moved
from core.evidence.kind import EvidenceKind
from core.evidence.pin import Difference
from core.metrics.fairness import DIFFERENCES, RATIOS
from core.metrics.metric import Metric
from core.registry.version import ModelVersion

_MOST_FIELDS = 12
_MOST_NUMBERS = 15


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
        if one.component is EvidenceKind.EVALUATION and before is not None and after is not None:
            _numbers(here, case, before.label, after.label)


def _numbers(here: Visit, case: Case, before: str, after: str) -> None:
    """Draw which numbers a replaced evaluation moved: those that the policy looks at, or all where none governs."""
    standing = case.standing
    with here.store.reading() as session:
        old, new = (evaluation.by_address(session, address) for address in (before, after))
        rows = evaluation.results(session, old.key), evaluation.results(session, new.key)
    asked = standing.policy.document.metrics(standing.request.target) if standing.policy else frozenset()
    between_groups = (table[one] for table in (RATIOS, DIFFERENCES) for one in asked if one in table)
    judged = {*asked, *between_groups}
    found = moved(*rows, judged or set(Metric))
    whose = "that the policy looks at" if judged else "measured there"
    if not found:
        st.caption(f"No number {whose} moved by a digit that is shown.")
        return
    shown = found[:_MOST_NUMBERS]
    st.table(
        {
            f"Number {whose}": [theme.md(one.words) for one in shown],
            theme.md(before): [theme.number(one.before) for one in shown],
            theme.md(after): [theme.number(one.after) for one in shown],
            "Moved": [_moved(one) for one in shown],
        },
        border="horizontal",
        hide_index=True,
        alt="What the new evaluation changed",
    )
    if len(found) > len(shown):
        st.caption(f"{len(found) - len(shown)} more moved: see the evaluations of the version.")


def _moved(one: Moved) -> str:
    if one.before is None or one.after is None:
        return "not measured before" if one.before is None else "no longer measured"
    by = f"{one.after - one.before:+.3f}"
    if one.better is None:
        return by
    return f"{by} :green[better]" if one.better else f"{by} :red[worse]"


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
