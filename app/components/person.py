"""How somebody comes in and is given a role: the dialogs of the People page, and the words for roles."""

from urllib.parse import urlsplit

import streamlit as st

from app.components import question
from app.components.reach_picker import reach_picker
from app.components.refusal import attempt
from app.settings import settings
from app.theme import md
from app.visit import Visit
from core.access import actions, queries
from core.access.person import LOCAL, ReviewRole, SystemRole

REACHES: dict[SystemRole, str] = {
    SystemRole.VIEWER: "sees models and their records",
    SystemRole.CONTRIBUTOR: "registers, uploads and asks for promotions",
    SystemRole.AUDITOR: "sees everything on record and takes it away",
    SystemRole.ADMIN: "manages people and policies; never signs by that",
}
SIGNS: dict[ReviewRole, str] = {
    ReviewRole.MODEL_OWNER: "answers for the model and asks for its promotions",
    ReviewRole.TECHNICAL_REVIEWER: "checks that it can be rebuilt, run and rolled back",
    ReviewRole.RISK_REVIEWER: "tests the evidence, raises findings, accepts exceptions",
    ReviewRole.BUSINESS_OWNER: "weighs purpose, harm and value",
}


def issuer(iss: str) -> str:
    """Say who vouches for an account.

    >>> issuer("local"), issuer("https://id.example.org/realms/main")
    ('Signoff', 'id.example.org/realms/main')
    """
    parts = urlsplit(iss)
    return "Signoff" if iss == LOCAL else f"{parts.netloc}{parts.path}".rstrip("/") or iss


def _put_away() -> None:
    """Forget the link; the page behind the dialog is drawn anew and lists who was added."""
    st.session_state.pop("new_link", None)


@st.dialog("Add somebody", on_dismiss=_put_away)
def add_dialog(here: Visit) -> None:
    """Ask for a new account; then show the link with which its owner chooses a password."""
    if link := st.session_state.get("new_link"):
        show_link(link)
        return
    st.caption("For somebody with a password here. Who comes through an identity provider needs no invitation.")
    with st.form("add", border=False):
        username = st.text_input("User name", placeholder="lower-case letters, digits, dots, hyphens", max_chars=64)
        name = st.text_input("Name", max_chars=120)
        email = st.text_input("E-mail (optional)", max_chars=254)
        role = st.selectbox("System role", [*SystemRole], format_func=lambda r: f"{r.words}: {REACHES[r]}")
        sent = st.form_submit_button("Create the account", type="primary")
    if sent:
        with attempt():
            with here.store.transaction(here.actor) as tx:
                person = actions.create_person(tx, username, name, email, role)
                code = actions.invite(tx, person.key)
            st.session_state["new_link"] = invitation_link(code)
            st.rerun(scope="fragment")


@st.dialog("Give a review role", width="medium", on_dismiss=question.answered)
def grant_dialog(here: Visit, person_id: int) -> None:
    """Ask for role and reach."""
    role = st.radio(
        "Signs as",
        [*ReviewRole],
        format_func=lambda one: one.words,
        captions=[SIGNS[one] for one in ReviewRole],
        key="grant-role",
    )
    scope = reach_picker(here, "grant")
    wanted = "Pick what the role is for first." if scope is None else None
    if (
        st.button("Give the role", type="primary", key="grant-send", disabled=scope is None, help=wanted)
        and scope is not None
    ):
        with attempt():
            with here.store.transaction(here.actor) as tx:
                actions.grant_role(tx, person_id, role, scope)
            question.answered()
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
