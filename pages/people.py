"""People: who is here, what they may reach, and in which capacity they sign."""

import streamlit as st

from app import theme, visit
from app.components.heading import heading
from app.components.pager import pager, turned_to
from app.components.person import REACHES, add_dialog, grant_dialog, link_dialog, reaches, roles_table
from app.components.picklist import Option, picklist
from app.components.refusal import attempt
from app.theme import md
from core.access import actions, queries
from core.access.permission import Permission, require
from core.access.person import LOCAL, Person, SystemRole
from core.access.queries import PersonRow
from core.errors import NotFoundError


def summary(row: PersonRow) -> str:
    """Return the line under a name in the list."""
    return " · ".join([row.system_role.words, *(role.words for role in row.review_roles)])


def set_role(who: Person) -> None:
    """Take the chosen system role."""
    with attempt(), here.store.transaction(here.actor) as tx:
        actions.set_system_role(tx, who.key, st.session_state[f"role_{who.key}"], seen=who.system_role)


def end_role(grant_id: int) -> None:
    """End one review role."""
    with attempt(), here.store.transaction(here.actor) as tx:
        actions.revoke_role(tx, grant_id)


def switch(who: Person) -> None:
    """Close an account or open it again."""
    with attempt(), here.store.transaction(here.actor) as tx:
        (actions.deactivate if who.active else actions.activate)(tx, who.key)


def end_sessions(who: Person) -> None:
    """Sign somebody out everywhere."""
    with attempt(), here.store.transaction(here.actor) as tx:
        actions.end_sessions_of(tx, who.key)


def card(who: Person) -> None:
    """Draw one person with everything that can be changed."""
    oneself = who.id == here.person.id
    with here.store.reading() as session:
        grants = queries.grants(session, who.key)
        givers = queries.names(session, [grant.granted_by for grant in grants])
        standing = queries.sessions(session, who.key, here.now)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(gap="xxsmall", width="content"):
            st.header(md(who.name), anchor=False)
            address = f" · {md(who.email)}" if who.email else ""
            since = f"here since {theme.day(who.created_at, here.zone)}"
            st.caption(f"{md(who.username)}{address} · {since}")
        words, colour = ("Active", "green") if who.active else ("Closed", "gray")
        st.markdown(theme.label(words, colour), width="content")
    if oneself:
        st.markdown(
            f"**{who.system_role.words}**: {REACHES[who.system_role]}. Another administrator changes your roles."
        )
    else:
        st.selectbox(
            "System role",
            [*SystemRole],
            index=list(SystemRole).index(who.system_role),
            format_func=lambda role: f"{role.words}: {REACHES[role]}",
            key=f"role_{who.key}",
            on_change=set_role,
            args=(who,),
        )
    st.subheader("Review roles", anchor=False)
    if grants:
        names = reaches(here)
        roles_table(grants, names, givers, here)
    else:
        st.caption("Signs in no capacity. Give a review role to let this person approve or block.")
    with st.container(horizontal=True, gap="small"):
        if st.button("Give a review role", icon=":material/add:", disabled=oneself or not who.active):
            grant_dialog(here, who.key)
        for grant in grants:
            reach = names.get(grant.scope, "")
            st.button(
                f"End {grant.role.words.lower()}" + (f" ({md(reach)})" if grant.model_id or grant.use_case_id else ""),
                key=f"end_{grant.id}",
                type="tertiary",
                icon=":material/close:",
                on_click=end_role,
                args=(grant.id,),
            )

    st.subheader("Access", anchor=False)
    n = len(standing)
    st.caption(f"{n} open session{'' if n == 1 else 's'}" if n else "Not signed in anywhere.")
    with st.container(horizontal=True, gap="small"):
        if st.button(
            "Link to choose a password", icon=":material/link:", disabled=who.iss != LOCAL or not who.active, key="link"
        ):
            st.session_state.pop("new_link", None)
            link_dialog(here, who.key)
        st.button(
            "End all sessions",
            icon=":material/logout:",
            disabled=not n,
            on_click=end_sessions,
            args=(who,),
            key="end_sessions",
        )
        st.button(
            "Close the account" if who.active else "Open the account again",
            icon=":material/person_off:" if who.active else ":material/person_check:",
            disabled=oneself,
            on_click=switch,
            args=(who,),
            key="switch",
        )


here = visit.current()
with here.store.reading() as session:
    require(session, here.actor, Permission.MANAGE_PEOPLE)

with heading("People", "Who may reach what, and in which capacity they sign. Nobody changes their own roles."):
    if st.button("Add somebody", type="primary", icon=":material/person_add:", key="add"):
        st.session_state.pop("new_link", None)
        add_dialog(here)

left, right = st.columns([4, 8], gap="medium")
with left:
    wanted = st.text_input(
        "Find people",
        key="q",
        type="search",
        placeholder="Name, user name or e-mail",
        label_visibility="collapsed",
        bind="query-params",
    )
    with here.store.reading() as session:
        found = queries.people(session, wanted, turned_to("page"))
    if not found.items:
        st.info("Nobody like that. Shorten the search, or add somebody.", icon=":material/person_search:")
        st.stop()
    picked = picklist(
        "People",
        [
            Option(row.username, f"**{md(row.name)}**" + ("" if row.active else " :gray-badge[Closed]"), summary(row))
            for row in found.items
        ],
        "person",
    )
    pager(found, "page", "people")
with right, st.container(border=True, gap="small"):
    with here.store.reading() as session:
        chosen = queries.by_username(session, picked or "")
    if chosen is None:
        raise NotFoundError("There is nobody with this user name.", "Pick somebody from the list.")
    card(chosen)
