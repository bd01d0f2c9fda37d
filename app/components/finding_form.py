"""What is asked of somebody who raises a finding."""

from datetime import datetime, timedelta

import streamlit as st

from app.visit import Visit
from core.access import queries as people
from core.evidence.actions import Problem
from core.evidence.finding import Severity


def finding_form(here: Visit, owner_id: int, title: str = "") -> Problem | None:
    """Draw the form; returns the problem once it was sent.

    Args:
        here: whose visit it is.
        owner_id: who mends it unless somebody else is chosen.
        title: what is wrong, as far as it is known.
    """
    with here.store.reading() as session:
        everybody = {one.id: one.name for one in people.people(session, size=200).items if one.active}
    with st.form("finding", border=False):
        said = st.text_input("What is wrong, in a line", title, max_chars=200, key="finding-title")
        detail = st.text_area("Where you saw it", max_chars=4000, height=100, key="finding-detail")
        severity = st.segmented_control(
            "Severity",
            list(reversed(Severity)),
            default=Severity.MEDIUM,
            required=True,
            format_func=lambda one: f"{one.words}{' (blocks)' if one is Severity.HIGH else ''}",
            key="finding-severity",
        )
        owner = st.selectbox(
            "Who mends it",
            list(everybody),
            index=list(everybody).index(owner_id) if owner_id in everybody else 0,
            format_func=lambda one: everybody[one],
            key="finding-owner",
        )
        due = st.date_input(
            "To be mended by",
            value=(here.now + timedelta(days=14)).date(),
            min_value=here.now.date(),
            key="finding-due",
        )
        sent = st.form_submit_button("Raise it", type="primary")
    if not sent:
        return None
    end = datetime.combine(due, datetime.max.time(), here.now.tzinfo) if due else None
    return Problem(said, severity or Severity.MEDIUM, owner, detail, end)
