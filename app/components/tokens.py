"""Tokens of one person: what each may be used for, until when, when it was last used, and how it is revoked."""

from collections.abc import Sequence

import streamlit as st

from app import theme
from app.components import question
from app.theme import md
from app.visit import Visit
from core.access import issuing
from core.access.issuing import TokenLine
from core.access.scope import Scope
from core.registry import reach


def tokens_list(here: Visit, person_id: int) -> None:
    """Draw the tokens of a person; those that ended only when asked for."""
    with here.store.reading() as session:
        lines = issuing.tokens(session, person_id)
        names = reach.names(session, [Scope(model_id=one) for line in lines for one in line.model_ids])
    working = [line for line in lines if _works(here, line)]
    ended = len(lines) - len(working)
    if ended and st.toggle(f"Also the {ended} that ended", key="ended-tokens"):
        working = lines
    if not working:
        st.caption("None. A token lets a pipeline or a notebook act for its owner.")
    else:
        with st.container(border=True, gap="small", key="tokens"):
            for line in working:
                _line(here, line, [names[Scope(model_id=one)] for one in line.model_ids])
    asked = question.asked("revoke token", TokenLine)
    if asked is not None:
        _revoke_dialog(here, asked)


def _works(here: Visit, line: TokenLine) -> bool:
    return line.revoked_at is None and here.now < line.ends_at


def _line(here: Visit, line: TokenLine, models: Sequence[str]) -> None:
    used = f"last used {theme.ago(line.last_used_at, here.now)}" if line.last_used_at else "never used"
    bound = ", ".join(md(name) for name in models) if models else "all models"
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key=f"line-token-{line.id}"
    ):
        with st.container(gap="xxsmall"):
            st.markdown(f"**{md(line.name)}** :gray[{line.address}] {_state(here, line)}")
            st.markdown(f":small[{_uses(line)} · for {bound}]")
            st.caption(f"Made {theme.day(line.created_at, here.zone)} · {_ends(here, line)} · {used}")
        if _works(here, line):
            st.button(
                "Revoke",
                key=f"revoke-{line.id}",
                type="tertiary",
                icon=":material/block:",
                on_click=question.ask,
                args=("revoke token", line),
            )


def _uses(line: TokenLine) -> str:
    words = "; ".join(scope.words[:1].lower() + scope.words[1:] for scope in line.scopes)
    return words[:1].upper() + words[1:]


def _state(here: Visit, line: TokenLine) -> str:
    if line.revoked_at is not None:
        return theme.label("Revoked", "red")
    return theme.label("Works", "green") if _works(here, line) else theme.label("Expired")


def _ends(here: Visit, line: TokenLine) -> str:
    if line.revoked_at is not None:
        return f"revoked {theme.day(line.revoked_at, here.zone)}"
    return f"{'works until' if _works(here, line) else 'ended'} {theme.day(line.ends_at, here.zone)}"


def _revoke_dialog(here: Visit, line: TokenLine) -> None:
    def revoke() -> None:
        with here.store.transaction(here.actor) as tx:
            issuing.revoke(tx, line.id)

    words = (
        f"Whatever uses **{md(line.name)}** of {md(line.owner)} is refused from its next call on. "
        "A revoked token never works again."
    )
    question.confirm("Revoke this token?", words, ("Revoke it", ":material/block:"), "revoke-now", revoke)
