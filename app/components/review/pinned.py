"""What is signed: every part by its fingerprint, who may not sign, and the sentence."""

import streamlit as st

from app import theme
from app.components import links
from app.components.review.case import Case
from core.approvals.review import ReviewDecision
from core.approvals.separation import in_words
from core.evidence.kind import EvidenceKind
from core.evidence.pin import Pin

_TAB = {EvidenceKind.EVALUATION: "evaluations", EvidenceKind.CARD: "card", EvidenceKind.LINEAGE: "lineage"}


def pinned(case: Case) -> None:
    """Draw everything that one's signature would name."""
    standing = case.standing
    st.markdown(
        "Your signature names exactly these. When one of them changes, it no longer counts, and the page says so."
    )
    st.table(
        {
            "What": [_what(pin) for pin in standing.pins],
            "State": [theme.md(pin.label) or "–" for pin in standing.pins],
            "Fingerprint": [theme.fingerprint(pin.digest) for pin in standing.pins],
        },
        border="horizontal",
        hide_index=True,
        alt="What is signed",
    )
    with st.container(horizontal=True, gap="medium"):
        slug, number = standing.model.slug, standing.version.version
        for kind, tab in _TAB.items():
            if any(pin.component is kind for pin in standing.pins):
                links.to_model(f":small[Open the {kind.words.partition(' (')[0]}]", slug, number, tab)
    st.markdown("**All of it together**")
    st.code(standing.digest, language=None)
    st.markdown("**The sentence of an approval**")
    st.markdown(f"> {theme.md(standing.statement(ReviewDecision.APPROVE))}")
    st.markdown("**Who has a hand in it**")
    for person_id in dict.fromkeys(hand.person_id for hand in standing.hands):
        barring = standing.bars(person_id)
        own = [hand for hand in standing.hands if hand.person_id == person_id]
        rule = "so cannot sign" if barring else "which does not keep from signing"
        st.markdown(f"- **{theme.md(case.names.get(person_id, ''))}** {in_words(barring or own)}, :gray[{rule}]")


def _what(pin: Pin) -> str:
    words = pin.words[:1].upper() + pin.words[1:]
    return theme.md(words)
