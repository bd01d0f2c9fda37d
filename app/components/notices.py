"""What somebody was told and has not read yet."""

from typing import cast
from urllib.parse import parse_qsl, urlsplit

import streamlit as st

from app import theme
from app.components import links
from app.components.links import PageName
from app.components.refusal import attempt
from app.visit import Visit
from core.notifications import outbox, queries


def notices(here: Visit) -> None:
    """Draw the unread notices of the visitor, newest first, each with its page; nothing when there are none."""
    with here.store.reading() as session:
        found = queries.unread(session, here.person, here.now)
    if not found.items:
        return
    with st.container(border=True, gap="small", key="notices"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.header("New for you", anchor=False, width="content")
            if found.total > 1:
                _read(here, "Mark all as read", None, "all")
        for one in found.items:
            with st.container(
                horizontal=True,
                vertical_alignment="center",
                horizontal_alignment="distribute",
                key=f"row-notice-{one.id}",
            ):
                with st.container(gap="xxsmall", width="content"):
                    page = urlsplit(one.page)
                    name = cast(PageName, page.path.strip("/"))  # written by core.notifications, never by a person
                    links.link(name, f"**{theme.md(one.words)}**", **dict(parse_qsl(page.query)))
                    st.caption(f"{one.address} · {theme.ago(one.at, here.now)}")
                _read(here, "Mark as read", [one.id], one.id)
        if found.total > len(found.items):
            st.caption(f"And {theme.count(found.total - len(found.items))} older.")


def _read(here: Visit, words: str, deliveries: list[str] | None, key: str) -> None:
    st.button(
        words, icon=":material/done:", type="tertiary", key=f"read-{key}", on_click=_mark, args=(here, deliveries)
    )


def _mark(here: Visit, deliveries: list[str] | None) -> None:
    with attempt():
        outbox.mark_read(here.store, here.actor, deliveries)
