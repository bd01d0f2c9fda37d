"""What somebody wants to be told, and by which way."""

import streamlit as st

from app.components.refusal import attempt
from app.settings import settings
from app.visit import Visit
from app.worker.outlets import MAIL_FIX, mail_server
from core.access.permission import ANYWHERE, Permission
from core.notifications import preference
from core.notifications.kind import PERSONAL, Channel, Kind


def notification_preferences(here: Visit) -> None:
    """Draw the visitor's choices; each is kept as soon as it is made."""
    with here.store.reading() as session:
        wanted = preference.wanted(session, here.person.key)
    with st.container(border=True, gap="small", key="notifications"):
        st.header("What I am told", anchor=False)
        st.caption("Only what you can act on or asked for, and never of what you did yourself.")
        for channel in PERSONAL:
            if missing := _missing(here) if channel is Channel.MAIL else "":
                st.caption(f"{channel.words}: {missing}")
                continue
            st.pills(
                channel.words,
                [*Kind],
                selection_mode="multi",
                default=[kind for kind in Kind if kind in wanted[channel]],
                format_func=lambda kind: kind.words,
                key=f"told-{channel.value}",
                on_change=_choose,
                args=(here, channel),
            )


def _missing(here: Visit) -> str:
    """Say why no mail reaches the visitor; empty when it does."""
    if mail_server(settings()) is None:
        who = MAIL_FIX if here.may(Permission.MANAGE_CONNECTIONS, ANYWHERE) else "an administrator can change that."
        return f"not set up; {who}"
    if not here.person.email:
        return "your account has no address; an administrator can add one on the People page."
    return ""


def _choose(here: Visit, channel: Channel) -> None:
    with attempt():
        preference.choose(here.store, here.actor, channel, set(st.session_state[f"told-{channel.value}"]))
