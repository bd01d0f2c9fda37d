"""A question in a dialog that stays open until it is answered or waved away; one at a time.

A dialog that a button opens is gone when the whole page runs again. One that is remembered stays, with what its
reader was looking at when it opened.
"""

from typing import TypeVar

import streamlit as st

About = TypeVar("About")

_KEY = "question"


def ask(name: str, about: object = None) -> None:
    """Open the question `name`; `about` is handed to whoever draws it."""
    st.session_state[_KEY] = (name, about)


def asked(name: str, kind: type[About]) -> About | None:
    """Return what an open question is about; None when it is not open."""
    opened, about = st.session_state.get(_KEY, (None, None))
    return about if opened == name and isinstance(about, kind) else None


def answered() -> None:
    """Close whatever is open; also what a dialog calls when it is waved away."""
    st.session_state.pop(_KEY, None)
