"""People: who is here, what they may reach, and in which capacity they sign."""

import streamlit as st

from app import visit
from app.components.heading import heading
from app.components.people_list import people_list
from app.components.person import add_dialog
from core.access.permission import Permission, require

here = visit.current()
with here.store.reading() as session:
    require(session, here.actor, Permission.MANAGE_PEOPLE)

with heading("People", "Who may reach what, and in which capacity they sign. Nobody changes their own roles."):
    if st.button("Add somebody", type="primary", icon=":material/person_add:", key="add"):
        st.session_state.pop("new_link", None)
        add_dialog(here)

people_list(here)
