"""Choosing how far something reaches: everything, one use case or one model, found by name among any number."""

import streamlit as st

from app.components.pager import pager, turned_to
from app.theme import md
from app.visit import Visit
from core.access.scope import EVERYTHING, Scope
from core.registry import reach
from core.registry.reach import Place, Reach

_AT_ONCE = 5


def reach_picker(here: Visit, key: str) -> Scope | None:
    """Draw the choice of a reach; None while a use case or a model is wanted and none is picked."""
    width = st.segmented_control(
        "For", [*Reach], default=Reach.EVERYTHING, required=True, format_func=lambda one: one.words, key=f"{key}-width"
    )
    if width is Reach.EVERYTHING:
        return EVERYTHING
    place = place_picker(here, width, f"{key}-{width.value}")
    return None if place is None else place.scope


def place_picker(here: Visit, width: Reach, key: str) -> Place | None:
    """Draw the use cases or the models that a search finds, a few at a time; None while none is picked."""
    noun = "use cases" if width is Reach.USE_CASE else "models"
    wanted = st.text_input(
        f"Find among the {noun}",
        type="search",
        placeholder="Part of its name",
        label_visibility="collapsed",
        key=f"{key}-find",
    )
    with here.store.reading() as session:
        found = reach.places(session, width, wanted or "", turned_to(f"{key}-page"), _AT_ONCE)
    if not found.items:
        st.caption(f"No {noun} of that name." if wanted else f"There are no {noun} yet.")
        return None
    lines = {place.slug: place for place in found.items}
    with st.container(border=True, key=f"picklist_{key}"):
        picked = st.radio(
            noun.capitalize(),
            list(lines),
            index=None,
            key=f"pick_{key}",
            format_func=lambda slug: f"{md(lines[slug].name)} :gray[{md(slug)}]",
            label_visibility="collapsed",
            width="stretch",
        )
    pager(found, f"{key}-page", noun, in_address=False)
    return lines.get(picked or "")


def places_picker(here: Visit, width: Reach, key: str) -> list[Place]:
    """Draw the same choice for several: what is picked is added, and each can be taken out again."""
    chosen: dict[str, Place] = st.session_state.setdefault(f"{key}-chosen", {})

    def take_out(slug: str) -> None:
        chosen.pop(slug, None)
        st.session_state[f"pick_{key}"] = None

    if (place := place_picker(here, width, key)) is not None:
        chosen[place.slug] = place
    with st.container(horizontal=True, gap="xsmall"):
        for slug, one in list(chosen.items()):
            st.button(
                md(one.name),
                key=f"{key}-out-{slug}",
                icon=":material/close:",
                help="Take it out",
                on_click=take_out,
                args=(slug,),
            )
    return list(chosen.values())
