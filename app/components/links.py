"""Ways from one page to another; addresses use names that people write."""

from collections.abc import Mapping
from typing import Literal

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

PageName = Literal[
    "home",
    "inbox",
    "models",
    "model",
    "upload",
    "lineage",
    "monitoring",
    "audit",
    "policies",
    "people",
    "connections",
    "account",
]


def link(
    page: PageName,
    label: str,
    *,
    icon: str | None = None,
    help: str | None = None,  # noqa: A002 - the word Streamlit uses
    **where: str | int | None,
) -> None:
    """Draw a link to a page, or only its words when the visitor is not offered that page.

    Args:
        page: name of the page.
        label: Markdown; what people wrote goes through `theme.md` first.
        icon: `:material/…:`.
        help: shown on hovering.
        where: what the address carries, such as `name="mortgage-approval", version=4`; None is left out.
    """
    try:
        st.page_link(
            path(page),
            label=label,
            icon=icon,
            help=help,
            width="content",
            query_params=_asked(where),
        )
    except StreamlitPageNotFoundError:  # a page that this visitor is not offered
        st.markdown(label, width="content")


def to_model(label: str, name: str, version: int | None = None, tab: str | None = None) -> None:
    """Draw a link to a model, one of its versions, or one tab of it."""
    link("model", label, name=name, version=version, tab=tab)


def to_request(label: str, number: int) -> None:
    """Draw a link to a request in the inbox."""
    link("inbox", label, request=f"REQ-{number}")


def go(page: PageName, **where: str | int | None) -> None:
    """Leave for a page at once."""
    st.switch_page(path(page), query_params=_asked(where))


def path(page: PageName) -> str:
    """Where a page's script lies, seen from the entry script."""
    return f"../pages/{page}.py"


def _asked(where: Mapping[str, str | int | None]) -> dict[str, str]:
    return {name: str(value) for name, value in where.items() if value is not None}
