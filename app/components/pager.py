"""Turning the pages of a list; the address carries the number, so a page can be sent to a colleague."""

from typing import Any

import streamlit as st

from app import theme
from core.registry.address import number
from core.store.page import Page


def turned_to(key: str) -> int:
    """Return the page that the visitor turned to, from 1; ask the query for it."""
    asked = st.session_state.get(key, st.query_params.get(key, 1))
    return number(str(asked)) or 1


def pager(page: Page[Any], key: str, noun: str, *, in_address: bool = True) -> None:
    """Draw the page numbers under a list, and how much there is; a single page gets no numbers.

    Args:
        page: what is shown.
        key: name of the number in the address; the same that `turned_to` was given.
        noun: what is listed, in the plural.
        in_address: whether the address carries the number; not in a dialog, which has no address.
    """
    if page.pages == 1:
        return
    first = (page.number - 1) * page.size + 1
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(
            f"{theme.count(first)} to {theme.count(first + len(page.items) - 1)} of {theme.count(page.total)} {noun}"
        )
        if st.session_state.get(key, 1) > page.pages:
            st.session_state[key] = page.pages
        st.pagination(page.pages, key=key, bind="query-params" if in_address else None)
