"""A question in a dialog that stays open until it is answered or waved away; one at a time.

A dialog that a button opens is gone when the whole page runs again. One that is remembered stays, with what its
reader was looking at when it opened.
"""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from app.components.refusal import attempt

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


def confirm(title: str, words: str, button: tuple[str, str], key: str, act: Callable[[], object]) -> None:
    """Ask once more before something ends, in a dialog that closes when it is done.

    Args:
        title: the question.
        words: what happens then, as Markdown.
        button: its label and its icon.
        key: of the button.
        act: what is done; a refusal is shown in the dialog.
    """

    @st.dialog(title, on_dismiss=answered)
    def asked_once_more() -> None:
        st.markdown(words)
        if st.button(button[0], type="primary", icon=button[1], key=key):
            with attempt():
                act()
                answered()
                st.rerun()

    asked_once_more()
