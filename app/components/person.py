"""Views of one person: roles with their reach, and how a role is given."""

import streamlit as st

from app import theme
from app.components.refusal import attempt
from app.settings import settings
from app.theme import md
from app.visit import Visit
from core.access import actions, queries
from core.access.grant import ReviewGrant
from core.access.person import ReviewRole, SystemRole
from core.access.scope import EVERYTHING, Scope
from core.registry import queries as registry

Reaches = dict[Scope, str]
"""Every reach a grant can have, with the words that name it."""

REACHES: dict[SystemRole, str] = {
    SystemRole.VIEWER: "sees models and their records",
    SystemRole.CONTRIBUTOR: "registers, uploads and asks for promotions",
    SystemRole.AUDITOR: "sees everything on record and takes it away",
    SystemRole.ADMIN: "manages people and policies; never signs by that",
}


def reaches(here: Visit) -> Reaches:
    """Return everything, each use case and each of the first 200 models, as one can choose them."""
    with here.store.reading() as session:
        use_cases = registry.use_cases(session)
        models = registry.models(session, size=200).items
        found: Reaches = {EVERYTHING: "Everything"}
        found.update({Scope(use_case_id=u.id): f"Use case {u.name}" for u in use_cases})
        found.update({Scope(model_id=registry.model(session, m.slug).id): f"Model {m.name}" for m in models})
    return found


def roles_table(grants: list[ReviewGrant], names: Reaches, givers: dict[int, str], here: Visit) -> None:
    """Draw the review roles that stand, each with reach, giver and day."""
    st.table(
        {
            "Signs as": [f"**{grant.role.words}**" for grant in grants],
            "For": [md(names.get(grant.scope, "something no longer listed")) for grant in grants],
            "Given by": [md(givers.get(grant.granted_by or 0, "Signoff")) for grant in grants],
            "On": [theme.day(grant.granted_at, here.zone) for grant in grants],
        },
        border="horizontal",
        hide_index=True,
        alt="Review roles",
    )


@st.dialog("Add somebody")
def add_dialog(here: Visit) -> None:
    """Ask for a new account; then show the link with which its owner chooses a password."""
    if link := st.session_state.get("new_link"):
        show_link(link)
        return
    with st.form("add", border=False):
        username = st.text_input("User name", placeholder="lower-case letters, digits, dots, hyphens", max_chars=64)
        name = st.text_input("Name", max_chars=120)
        email = st.text_input("E-mail (optional)", max_chars=254)
        role = st.selectbox("May", [*SystemRole], format_func=lambda r: f"{r.words}: {REACHES[r]}")
        sent = st.form_submit_button("Create the account", type="primary")
    if sent:
        with attempt():
            with here.store.transaction(here.actor) as tx:
                person = actions.create_person(tx, username, name, email, role)
                code = actions.invite(tx, person.key)
            st.session_state["new_link"] = invitation_link(code)
            st.rerun(scope="fragment")


@st.dialog("Give a review role")
def grant_dialog(here: Visit, person_id: int) -> None:
    """Ask for role and reach."""
    names = reaches(here)
    with st.form("grant", border=False):
        role = st.selectbox("Signs as", [*ReviewRole], format_func=lambda r: r.words)
        scope = st.selectbox("For", list(names), format_func=lambda s: names[s])
        sent = st.form_submit_button("Give the role", type="primary")
    if sent:
        with attempt():
            with here.store.transaction(here.actor) as tx:
                actions.grant_role(tx, person_id, role, scope)
            st.rerun()


@st.dialog("Link to choose a password")
def link_dialog(here: Visit, person_id: int) -> None:
    """Make a new link when asked to, and show it once."""
    if link := st.session_state.get("new_link"):
        show_link(link)
        return
    with here.store.reading() as session:
        who = queries.person(session, person_id)
    st.write(
        f"{md(who.name)} opens the link and chooses a new password. Earlier links stop working, and signing in with "
        "the new password ends every older session."
    )
    if st.button("Make a link", type="primary"):
        with attempt():
            with here.store.transaction(here.actor) as tx:
                code = actions.invite(tx, person_id)
            st.session_state["new_link"] = invitation_link(code)
            st.rerun(scope="fragment")


def show_link(link: str) -> None:
    """Show a link that is shown only once."""
    st.write("Hand this link over. It works once, for a week, and is not shown again.")
    st.code(link, language=None, wrap_lines=True)


def invitation_link(code: str) -> str:
    """Return the address behind which somebody chooses a password."""
    return f"{settings().public_url}/signin/invitation?code={code}"
