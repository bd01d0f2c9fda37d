"""A list to pick one thing from; the address names what is picked, so that it can be sent to a colleague."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a list.

    Attributes:
        id: what the address says: `REQ-17`, a user name, a slug.
        label: first line, Markdown; what people wrote went through `theme.md`.
        caption: second line, the same.
    """

    id: str
    label: str
    caption: str = ""


def picklist(
    label: str, options: Sequence[Option], name: str, *, height: int | None = None, preselect: bool = True
) -> str | None:
    """Draw the list and return the id that is picked: the one in the address, else the first.

    An id in the address that is not in the list is returned as well: whoever was sent a link sees what was
    meant, though the list stands on another page or is filtered.

    Args:
        label: what the list holds, for screen readers.
        options: at most one page of lines.
        name: name of the parameter in the address: `?request=REQ-17`.
        height: in pixels; longer lists scroll inside. None lets the list be as long as it is.
        preselect: whether the first line is picked where the address names none. Where a phone shows either the list
            or what was picked, it must not be: what is picked already cannot be tapped.
    """
    key = f"pick_{name}"
    lines = {option.id: option for option in options}
    asked = st.query_params.get(name)
    if asked in lines and st.session_state.get(key) != asked:
        st.session_state[key] = asked
    _select_again(key, lines)
    if not options:
        return asked
    with st.container(border=True, key=f"picklist_{name}", height=height or "content"):
        picked = st.radio(
            label,
            list(lines),
            key=key,
            index=0 if asked in lines or (asked is None and preselect) else None,
            format_func=lambda line: lines[line].label,
            captions=[option.caption for option in options],
            label_visibility="collapsed",
            width="stretch",
            on_change=_name_in_address,
            args=(key, name),
        )
    return picked if asked is None or asked in lines else asked


def _select_again(key: str, lines: Mapping[str, Option]) -> None:
    """Tell the browser anew what is picked when a label changed: it knows lines by their labels and would lose it."""
    drawn = [option.label for option in lines.values()]
    if st.session_state.get(f"{key}_drawn", drawn) != drawn and st.session_state.get(key) in lines:
        st.session_state[key] = st.session_state[key]
    st.session_state[f"{key}_drawn"] = drawn


def _name_in_address(key: str, name: str) -> None:
    st.query_params[name] = st.session_state[key]
