"""The review roles of one person, each with its reach, its giver and its day."""

from collections.abc import Callable

import streamlit as st

from app import theme
from app.theme import md
from app.visit import Visit
from core.access import queries
from core.registry import reach


def review_roles(here: Visit, person_id: int, end: Callable[[int], None] | None = None) -> int:
    """Draw the standing review roles of a person; returns how many there are.

    Args:
        here: who looks.
        person_id: whose.
        end: called with the id of the role whose button was pressed; without it there are no buttons.
    """
    with here.store.reading() as session:
        grants = queries.grants(session, person_id)
        givers = queries.names(session, [grant.granted_by for grant in grants])
        names = reach.names(session, [grant.scope for grant in grants])
    if not grants:
        return 0
    with st.container(border=True, gap="small", key="roles"):
        for grant in grants:
            with st.container(horizontal=True, vertical_alignment="center", key=f"line-role-{grant.id}"):
                with st.container(gap="xxsmall"):
                    st.markdown(f"**{grant.role.words}** · {md(names[grant.scope])}")
                    giver = md(givers.get(grant.granted_by or 0, "Signoff"))
                    st.caption(f"Given by {giver} on {theme.day(grant.granted_at, here.zone)}")
                if end is not None:
                    st.button(
                        "End",
                        key=f"end_{grant.id}",
                        type="tertiary",
                        icon=":material/close:",
                        help="What was signed with it stays signed and on record.",
                        on_click=end,
                        args=(grant.id,),
                    )
    return len(grants)
