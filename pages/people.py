"""People: who is here, what they may reach, in which capacity they sign, and who has looked at that."""

import streamlit as st

from app import visit
from app.components.access_reviews import access_reviews
from app.components.heading import heading
from app.components.people_list import people_list
from app.components.person import add_dialog
from core.access.permission import Permission, require

here = visit.current()
with here.store.reading() as session:
    require(session, here.actor, Permission.REVIEW_ACCESS)

manages = here.may(Permission.MANAGE_PEOPLE)
TABS = ({"people": ("People", people_list)} if manages else {}) | {"reviews": ("Access reviews", access_reviews)}


def remember_tab() -> None:
    """Let the address name the open tab."""
    names = {words: name for name, (words, _) in TABS.items()}
    st.query_params["tab"] = names[str(st.session_state["people-tab"])]


asked = TABS.get(st.query_params.get("tab", "")) or next(iter(TABS.values()))
with heading("People", "Who may reach what, and in which capacity they sign. Nobody changes their own roles."):
    if asked[1] is people_list and st.button("Add somebody", type="primary", icon=":material/person_add:", key="add"):
        st.session_state.pop("new_link", None)
        add_dialog(here)

drawn = st.tabs(
    [words for words, _ in TABS.values()],
    key="people-tab",
    default=asked[0],
    on_change=remember_tab,
)
for tab, (_, draw) in zip(drawn, TABS.values(), strict=True):
    if tab.open:
        with tab:
            draw(here)
