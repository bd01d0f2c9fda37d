"""Where somebody is signed in, each browser with the button that ends it."""

from collections.abc import Callable, Sequence

import streamlit as st

from app import theme
from app.theme import md
from app.visit import Visit
from core.access.queries import SessionRow

_BY = {"password": "with a password", "oidc": "through the identity provider", "provider": "through the provider"}


def sessions_list(here: Visit, standing: Sequence[SessionRow], end: Callable[[int], None]) -> None:
    """Draw the open sessions of one person, last seen first.

    Args:
        here: who looks; their own browser is marked.
        standing: the sessions.
        end: called with the id of the session whose button was pressed.
    """
    if not standing:
        st.caption("Not signed in anywhere at the moment.")
        return
    with st.container(border=True, gap="small", key="sessions"):
        for row in standing:
            _line(here, row, end)


def _line(here: Visit, row: SessionRow, end: Callable[[int], None]) -> None:
    this = f" {theme.label('This browser', 'green')}" if row.id == here.session_id else ""
    with st.container(horizontal=True, vertical_alignment="center", key=f"line-session-{row.id}"):
        with st.container(gap="xxsmall"):
            st.markdown(f"**{md(row.browser or 'A browser')}**{this}")
            st.caption(
                f"Signed in {theme.moment(row.signed_in_at, here.zone)} {_BY.get(row.method, f'by {md(row.method)}')} "
                f"· seen {theme.ago(row.last_seen_at, here.now)} · ends {theme.moment(row.ends_at, here.zone)}"
            )
        st.button(
            "End",
            key=f"end-session-{row.id}",
            type="tertiary",
            icon=":material/close:",
            help="Signs this browser out at its next click.",
            on_click=end,
            args=(row.id,),
        )
