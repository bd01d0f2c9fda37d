"""Leading the whole tab on to an identity provider, by way of an address of this house."""

from functools import cache
from typing import Any
from urllib.parse import quote

import streamlit as st
from streamlit.errors import StreamlitAPIException

from app import theme


def away(provider: str, step: str, label: str, *, form: bool = False) -> None:
    """Leave for a provider, with a link for a browser that does not go by itself.

    Args:
        provider: its name in the settings.
        step: the rest of the address: `leave`, `prove?errand=…`.
        label: its name for people.
        form: whether what is asked for is sent as a form, because it changes something; the link shows the form.
    """
    address = f"/signin/oidc/{quote(provider)}/{step}"
    with st.container(key="away", gap="xsmall"):
        st.markdown(f":gray[:material/open_in_new:] Going on to {theme.md(label)} …")
        st.html(f'<a class="signoff-enter" href="{address}" target="_self">Go on</a>')
    try:
        _component()(key="away-now", data={"address": address, "form": form})
    except StreamlitAPIException:
        st.caption("This page cannot lead on by itself (`pip install` the project once more); follow the link.")


@cache
def _component() -> Any:
    return st.components.v2.component("signoff.away", js="away.js")
