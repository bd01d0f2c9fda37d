"""The model card as one page of plain words, for whoever signs."""

import streamlit as st

from app.components import links
from app.components.card_reading import plain_page
from app.components.review.case import Case
from app.visit import Visit
from core.cards import plain
from core.cards import queries as cards


def card(here: Visit, case: Case) -> None:
    """Draw the plain reading of the card that is signed, and the way to the whole."""
    standing = case.standing
    with here.store.reading() as session:
        newest = cards.as_of(session, standing.version.key, standing.request.decided_at)
    if newest is None:
        st.info(
            "This version has no card yet. Its developer writes it on the version's page.",
            icon=":material/description:",
        )
    else:
        plain_page(plain.read(newest.content))
    links.to_model("Open the whole card", standing.model.slug, standing.version.version, "card")
