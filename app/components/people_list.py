"""Everybody here, found by name, state, role and provider; the one picked stands beside the list."""

from collections.abc import Mapping

import streamlit as st

from app import theme
from app.components.pager import pager, turned_to
from app.components.person import issuer
from app.components.person_card import person_card
from app.components.picklist import Option, picklist
from app.theme import md
from app.visit import Visit
from core.access import queries
from core.access.person import LOCAL, ReviewRole, SystemRole
from core.access.queries import PersonFilter, PersonRow
from core.access.scope import EVERYTHING, Scope
from core.errors import NotFoundError
from core.registry import reach

_STATES = {"Active": True, "Closed": False}


def people_list(here: Visit) -> None:
    """Draw the filters, the list, and the card of the person who is picked."""
    # On a phone either the list or the card is shown; the names of these containers tell the style sheet which.
    opened = "opened" if "person" in st.query_params else "closed"
    wanted, only = _filters(here, opened)
    left, right = st.columns([4, 8], gap="medium")
    with left, st.container(key=f"people-list-{opened}", gap="small"):
        with here.store.reading() as session:
            found = queries.people(session, wanted, turned_to("page"), only=only)
        if not found.items:
            st.info("Nobody like that. Take a filter away, or add somebody.", icon=":material/person_search:")
            return
        with here.store.reading() as session:
            names = reach.names(session, [scope for row in found.items for _, scope in row.grants])
        options = [Option(row.username, _name(row), summary(row, names)) for row in found.items]
        picked = picklist("People", options, "person", preselect=False)
        if picked is None:
            picked = options[0].id  # what a wide screen shows beside the list before anybody is picked
        pager(found, "page", "people")
    with right, st.container(key=f"people-card-{opened}", gap="small"):
        with st.container(key="people-back"):
            st.button("All people", icon=":material/arrow_back:", type="tertiary", on_click=_back_to_list)
        with st.container(border=True, gap="small"):
            with here.store.reading() as session:
                chosen = queries.by_username(session, picked)
            if chosen is None:
                raise NotFoundError("There is nobody with this user name.", "Pick somebody from the list.")
            person_card(here, chosen)


def _back_to_list() -> None:
    """On a phone the list and the card take turns; this leads back."""
    st.query_params.pop("person", None)
    st.session_state.pop("pick_person", None)


def _filters(here: Visit, opened: str) -> tuple[str, PersonFilter]:
    with here.store.reading() as session:
        issuers = queries.issuers(session)
    roles: list[SystemRole | ReviewRole] = [*SystemRole, *ReviewRole]
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"filters-people-{opened}"):
        wanted = st.text_input(
            "Find people", key="q", type="search", placeholder="Name, user name or e-mail", bind="query-params"
        )
        state = st.segmented_control("State", list(_STATES), key="state")
        role = st.selectbox(
            "Role", roles, index=None, format_func=lambda one: one.words, placeholder="Any", width=200, key="role"
        )
        iss = None
        if issuers and issuers != [LOCAL]:
            iss = st.selectbox(
                "Account of", issuers, index=None, format_func=issuer, placeholder="Anybody", width=220, key="iss"
            )
    return wanted or "", PersonFilter(
        active=_STATES.get(state or ""),
        system_role=role if isinstance(role, SystemRole) else None,
        review_role=role if isinstance(role, ReviewRole) else None,
        iss=iss,
    )


def _name(row: PersonRow) -> str:
    return f"**{md(row.name)}**" + ("" if row.active else f" {theme.label('Closed')}")


def summary(row: PersonRow, names: Mapping[Scope, str]) -> str:
    """Return the line under a name: what they may reach, and in which capacity they sign for what."""
    away = () if row.iss == LOCAL else (md(issuer(row.iss)),)
    roles = [role.words if scope == EVERYTHING else f"{role.words} ({md(names[scope])})" for role, scope in row.grants]
    return " · ".join([row.system_role.words, *roles, *away])
