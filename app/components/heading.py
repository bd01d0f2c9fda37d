"""The head of a page: what it is, a sentence about it, and what can be done here."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st


@contextmanager
def heading(title: str, caption: str = "") -> Iterator[None]:
    """Draw title and caption close together; buttons drawn inside stand on the right.

    Args:
        title: plain words or Markdown; what people wrote goes through `theme.md` first.
        caption: one sentence, the same.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        with st.container(gap="xxsmall", width="content"):
            st.title(title, anchor=False)
            if caption:
                st.caption(caption)
        with st.container(horizontal=True, horizontal_alignment="right", width="content", gap="small"):
            yield
