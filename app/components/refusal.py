"""Refusals where they happen: what is wrong, and what clears it."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from app.theme import sentence
from core.errors import GovernanceError


def refusal(error: GovernanceError) -> None:
    """Show both halves of a refusal."""
    st.error(f"**{sentence(error.problem)}** {sentence(error.fix)}", icon=":material/block:")


@contextmanager
def attempt() -> Iterator[None]:
    """Do something that may be refused, and show the refusal here instead of losing what was typed.

    Needed in every `on_click` callback: an error that leaves a callback would replace the whole page.
    """
    try:
        yield
    except GovernanceError as error:
        refusal(error)
