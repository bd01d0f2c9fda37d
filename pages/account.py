"""My account: what I may do, where I am signed in, my tokens and my password."""

import streamlit as st

from app import visit
from app.components.heading import heading
from app.components.notification_preferences import notification_preferences
from app.components.person import REACHES
from app.components.refusal import attempt
from app.components.review_roles import review_roles
from app.components.sessions import sessions_list
from app.components.token_making import new_token_button
from app.components.tokens import tokens_list
from app.settings import settings
from app.theme import md
from core.access import actions, ending, queries
from core.access.person import LOCAL
from core.access.proof import prove


def end(session_id: int) -> None:
    """Sign one browser out."""
    with attempt(), here.store.transaction(here.actor) as tx:
        ending.end_session(tx, session_id)


def end_others() -> None:
    """Sign out everywhere but here."""
    with attempt(), here.store.transaction(here.actor) as tx:
        ending.end_own_sessions(tx, keep=here.session_id)


def change_password(old: str, new: str, again: str) -> None:
    """Take a new password from somebody who knows the old one, and sign the other browsers out."""
    with attempt():
        if new != again:
            st.error("**The two new passwords differ.** Type the same one twice.", icon=":material/block:")
            return
        prove(here.store, here.person, old)
        with here.store.transaction(here.actor) as tx:
            actions.set_own_password(tx, new)
            ending.end_own_sessions(tx, keep=here.session_id)
        st.success("Your password is changed, and every other browser is signed out.", icon=":material/check_circle:")


here = visit.current()
address = f" · {md(here.person.email)}" if here.person.email else ""
with heading(md(here.person.name), f"{md(here.person.username)}{address}"):
    pass

left, right = st.columns([3, 2], gap="medium")
with left, st.container(border=True, gap="small"):
    st.header("What I may do", anchor=False)
    role = here.person.system_role
    st.markdown(f"**{role.words}**: {REACHES[role]}.")
    if not review_roles(here, here.person.key):
        st.caption(
            "You are not asked to sign anything yet. An administrator can give you a review role on the People page."
        )

with left, st.container(border=True, gap="small"):
    st.header("Where I am signed in", anchor=False)
    with here.store.reading() as session:
        standing = queries.sessions(session, here.person.key, here.now, settings().idle)
    sessions_list(here, standing, end)
    st.button(
        "Sign out everywhere else",
        icon=":material/logout:",
        disabled=len(standing) < 2,
        on_click=end_others,
        key="end_others",
    )

with left, st.container(border=True, gap="small"):
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header("Tokens", anchor=False, width="content")
        new_token_button(here)
    tokens_list(here, here.person.key)

with left:
    notification_preferences(here)

with right, st.container(border=True, gap="small"):
    st.header("Password", anchor=False)
    if here.person.iss != LOCAL:
        st.caption("Your identity provider keeps your password, and asks for it again at every decision you sign.")
    else:
        st.caption("At least 12 characters. It is asked for again at every decision you sign.")
        with st.form("password", border=False, clear_on_submit=True):
            old = st.text_input("Password now", type="password", autocomplete="current-password", max_chars=256)
            new = st.text_input("New password", type="password", autocomplete="new-password", max_chars=256)
            again = st.text_input("The same again", type="password", autocomplete="new-password", max_chars=256)
            if st.form_submit_button("Change the password", type="primary"):
                change_password(old, new, again)
