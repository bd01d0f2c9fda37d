"""Making a token: what it may be used for, for which models and how long; then it is shown, once."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from app import theme
from app.components import question
from app.components.reach_picker import places_picker
from app.components.refusal import attempt
from app.theme import md
from app.visit import Visit
from core.access import issuing
from core.access.token import TokenScope
from core.registry.reach import Reach

_DAYS = (1, 7, 30, 90)
_MADE = "token-made"
_MODELS = "token-models"


def new_token_button(here: Visit) -> None:
    """Draw the button that opens the dialog, and the dialog while it is open."""
    st.button("New token", icon=":material/key:", key="new-token", on_click=_open)
    if question.asked("new token", bool):
        _dialog(here)


def _open() -> None:
    _forget()
    question.ask("new token", about=True)


def _close() -> None:
    _forget()
    question.answered()


def _forget() -> None:
    for key in (_MADE, f"{_MODELS}-chosen"):
        st.session_state.pop(key, None)


@st.dialog("New token", width="medium", on_dismiss=_close)
def _dialog(here: Visit) -> None:
    if made := st.session_state.get(_MADE):
        _show(*made)
        return
    st.caption("For a pipeline or a notebook. It acts as you, within its scopes, and never signs.")
    name = st.text_input("Name", max_chars=80, placeholder="nightly training", key="token-name")
    st.markdown(":small[What it may be used for]")
    with st.container(gap="xsmall"):
        scopes = [scope for scope in TokenScope if st.checkbox(scope.words, key=f"token-{scope.value}")]
    bound = st.segmented_control(
        "For", ["All models", "Chosen models"], default="All models", required=True, key="token-for"
    )
    models = places_picker(here, Reach.MODEL, _MODELS) if bound == "Chosen models" else []
    days = st.segmented_control(
        "Works for",
        _DAYS,
        default=30,
        required=True,
        format_func=lambda n: f"{n} day{'' if n == 1 else 's'}",
        key="token-days",
    )
    st.caption(f"Until {theme.moment(here.now + timedelta(days=days), here.zone)}")
    missing = "Choose at least one model." if bound == "Chosen models" and not models else None
    if st.button("Make the token", type="primary", key="token-make", disabled=missing is not None, help=missing):
        _make(here, name, scopes, [place.scope.model_id for place in models if place.scope.model_id], days)


def _make(here: Visit, name: str, scopes: Sequence[TokenScope], model_ids: Sequence[int], days: int) -> None:
    with attempt():
        with here.store.transaction(here.actor) as tx:
            row, secret = issuing.issue(tx, name, scopes, model_ids=model_ids, lasts=timedelta(days=days))
            about = f"{row.address} · works until {theme.day(row.ends_at, here.zone)}"
        st.session_state[_MADE] = (row.name, about, secret)
        st.rerun()


def _show(name: str, about: str, secret: str) -> None:
    """Show a token while the dialog is open; nobody can show it again."""
    st.markdown(f"**{md(name)}** :gray[{md(about)}]")
    st.code(secret, language=None, wrap_lines=True)
    st.warning("Copy it now: it is not shown again. Whoever holds it acts as you.", icon=":material/warning:")
    st.caption("Send it as `Authorization: Bearer …`, or give it to `signoff` in `SIGNOFF_TOKEN`.")
    if st.button("I have copied it", type="primary", key="token-copied"):
        _close()
        st.rerun()
