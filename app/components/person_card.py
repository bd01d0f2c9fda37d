"""One person with everything that an administrator can change about them."""

import streamlit as st

from app import theme
from app.components import question
from app.components.person import REACHES, grant_dialog, issuer, link_dialog
from app.components.refusal import attempt
from app.components.review_roles import review_roles
from app.components.sessions import sessions_list
from app.components.tokens import tokens_list
from app.settings import settings
from app.theme import md
from app.visit import Visit
from core.access import actions, ending, queries
from core.access.person import LOCAL, Person, SystemRole

OWN_ROLES = "Another administrator changes your roles."
_CLOSING = "close account"


def person_card(here: Visit, who: Person) -> None:
    """Draw one person: what they may reach, in which capacity they sign, where they are signed in."""
    oneself = who.id == here.person.id
    _head(here, who)
    _system_role(here, who, oneself=oneself)
    st.subheader("Review roles", anchor=False)

    def end_role(grant_id: int) -> None:
        with attempt(), here.store.transaction(here.actor) as tx:
            actions.revoke_role(tx, grant_id)

    if not review_roles(here, who.key, end_role):
        more = "" if oneself else " Give a review role to let this person approve or block."
        st.caption(f"Is not asked to sign anything yet.{more}")
    st.button(
        "Give a review role",
        icon=":material/add:",
        disabled=oneself or not who.active,
        help=OWN_ROLES if oneself else None if who.active else "Open the account again first.",
        key="give_role",
        on_click=question.ask,
        args=("review role", who.key),
    )
    if question.asked("review role", int) == who.key:
        grant_dialog(here, who.key)
    st.subheader("Signed in", anchor=False)
    _sessions(here, who)
    st.subheader("Tokens", anchor=False)
    tokens_list(here, who.key)
    st.subheader("Account", anchor=False)
    _account(here, who, oneself=oneself)


def _head(here: Visit, who: Person) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(gap="xxsmall", width="content"):
            st.header(md(who.name), anchor=False)
            parts = [md(who.username), md(who.email) if who.email else "", _account_of(who)]
            since = f"here since {theme.day(who.created_at, here.zone)}"
            st.caption(" · ".join(part for part in (*parts, since) if part))
        words, colour = ("Active", "green") if who.active else ("Closed", "gray")
        st.markdown(theme.label(words, colour), width="content")


def _account_of(who: Person) -> str:
    return "local account" if who.iss == LOCAL else f"account of {md(issuer(who.iss))}"


def _system_role(here: Visit, who: Person, *, oneself: bool) -> None:
    if oneself:
        st.markdown(f"**{who.system_role.words}**: {REACHES[who.system_role]}. {OWN_ROLES}")
        return

    def set_role() -> None:
        with attempt(), here.store.transaction(here.actor) as tx:
            actions.set_system_role(tx, who.key, st.session_state[f"role_{who.key}"], seen=who.system_role)

    st.selectbox(
        "System role",
        [*SystemRole],
        index=list(SystemRole).index(who.system_role),
        format_func=lambda role: f"{role.words}: {REACHES[role]}",
        key=f"role_{who.key}",
        on_change=set_role,
    )


def _sessions(here: Visit, who: Person) -> None:
    with here.store.reading() as session:
        standing = queries.sessions(session, who.key, here.now, settings().idle)

    def end(session_id: int) -> None:
        with attempt(), here.store.transaction(here.actor) as tx:
            ending.end_session(tx, session_id)

    def end_all() -> None:
        with attempt(), here.store.transaction(here.actor) as tx:
            ending.end_sessions_of(tx, who.key)

    sessions_list(here, standing, end)
    if standing:
        st.button("End all sessions", icon=":material/logout:", on_click=end_all, key="end_sessions")


def _account(here: Visit, who: Person, *, oneself: bool) -> None:
    def reopen() -> None:
        with attempt(), here.store.transaction(here.actor) as tx:
            actions.activate(tx, who.key)

    def write_to() -> None:
        with attempt(), here.store.transaction(here.actor) as tx:
            actions.set_email(tx, who.key, st.session_state[f"email_{who.key}"])

    st.text_input(
        "E-mail",
        who.email or "",
        max_chars=254,
        placeholder="No address: told in Signoff only",
        key=f"email_{who.key}",
        on_change=write_to,
    )
    if who.iss != LOCAL:
        st.caption(
            "Signs in through an identity provider: no invitation, and no password here. "
            "Name and e-mail follow what it says at every sign-in."
        )
    with st.container(horizontal=True, gap="small"):
        if who.iss == LOCAL and st.button(
            "Link to choose a password", icon=":material/link:", disabled=not who.active, key="link"
        ):
            st.session_state.pop("new_link", None)
            link_dialog(here, who.key)
        st.button(
            "Close the account" if who.active else "Open the account again",
            icon=":material/person_off:" if who.active else ":material/person_check:",
            disabled=oneself,
            help=_closing(who, oneself=oneself),
            on_click=question.ask if who.active else reopen,
            args=(_CLOSING, who.key) if who.active else (),
            key="switch",
        )
    if question.asked(_CLOSING, int) == who.key and who.active:
        _close_dialog(here, who)


def _close_dialog(here: Visit, who: Person) -> None:
    def close() -> None:
        with here.store.transaction(here.actor) as tx:
            actions.deactivate(tx, who.key)

    words = (
        f"**{md(who.name)}** is refused at the next action everywhere: pages, programs, commands. Sessions end and "
        "tokens are revoked. What was signed stays on record, and counts no more where it is not decided yet."
    )
    question.confirm("Close this account?", words, ("Close it", ":material/person_off:"), "close-now", close)


def _closing(who: Person, *, oneself: bool) -> str | None:
    if oneself:
        return "Another administrator closes your account."
    return "Refused at the next action everywhere: pages, programs, commands." if who.active else None
