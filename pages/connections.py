"""Connections: by which ways people and systems are told, and what was delivered."""

import streamlit as st

from app import theme, visit
from app.components.deliveries import deliveries_list
from app.components.heading import heading
from app.components.webhooks import add_button, webhooks_list
from app.settings import settings
from app.worker.outlets import MAIL_FIX, mail_server
from core.access.permission import Permission, require
from core.notifications.outbox import FOLLOWER
from core.store.cursor import Cursor

here = visit.current()
with here.store.reading() as session:
    require(session, here.actor, Permission.MANAGE_CONNECTIONS)
    follower = session.get(Cursor, FOLLOWER)

with heading("Connections", "By which ways people and systems are told, and what was delivered."):
    add_button(here)

left, right = st.columns([4, 8], gap="medium")
with left, st.container(border=True, gap="small", key="mail"):
    server = mail_server(settings())
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header("E-mail", anchor=False, width="content")
        st.markdown(
            theme.label("Set up", "green") if server else theme.label("Not set up"),
            width="content",
        )
    if server:
        st.caption(f"From {theme.md(server.sender)} through {theme.md(server.host)}, {server.encryption.words}.")
    else:
        st.caption(f"People are told in Signoff only. For mail too, {MAIL_FIX}")
with left, st.container(border=True, gap="small", key="webhooks"):
    st.header("Webhooks", anchor=False)
    webhooks_list(here)
if follower is None or not follower.holder or here.now >= follower.held_until:
    left.warning(
        "**Nothing is delivered at the moment.** `signoff serve` or `signoff worker` does it; let one run.",
        icon=":material/pause_circle:",
    )

with right, st.container(border=True, gap="small", key="deliveries-log"):
    st.header("Deliveries", anchor=False)
    deliveries_list(here)
