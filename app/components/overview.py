"""The morning's three questions: what needs me, what is in charge, what is at risk."""

from datetime import timedelta

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import theme
from app.components import links
from app.components.monitoring import brief
from app.visit import Visit
from core.approvals import lists
from core.approvals.lists import RequestFilter
from core.approvals.states import WAITING
from core.evidence import queries as evidence
from core.evidence.finding import FindingState
from core.evidence.queries import FindingFilter
from core.monitoring import queries as monitoring
from core.registry import queries as registry
from core.registry.searching import ModelFilter
from core.registry.stage import Stage

_SHOWN = 6
_SOON = timedelta(days=30)
_UNSETTLED = [state for state in FindingState if not state.closed]


def figures(here: Visit) -> None:
    """Draw how much there is of what one wants to know in the morning."""
    with here.store.reading() as session:
        mine = lists.inbox(session, here.person, here.now, size=1).total
        waiting = lists.requests(session, RequestFilter(states=WAITING), here.now, size=1).total
        live = registry.models(session, ModelFilter(in_production=True), size=1).total
        findings = evidence.findings(session, FindingFilter(states=_UNSETTLED), size=1).total
    with st.grid(4, gap="small", min_column_width=150):
        st.metric("Wait for you", mine, border=True, height="stretch")
        st.metric("Requests not decided", waiting, border=True, height="stretch")
        st.metric("Models in production", live, border=True, height="stretch")
        st.metric("Findings not closed", findings, border=True, height="stretch")


def needs_me(here: Visit) -> None:
    """Draw the requests that wait for the visitor, soonest end first."""
    with here.store.reading() as session:
        found = lists.inbox(session, here.person, here.now, size=_SHOWN)
    with st.container(border=True, gap="small", height="stretch", key="needs-me"):
        st.header("Needs me", anchor=False)
        if not found.items:
            st.markdown("Nothing waits for you.")
            st.caption("Requests appear here when your signature or your answer is wanted.")
        for line in found.items:
            with st.container(gap="xxsmall", key=f"row-request-{line.id}"):
                links.to_request(f"**{theme.md(line.named)}**", line.id)
                call = f"{line.call.words} · " if line.call else ""
                st.caption(f"{line.address} · {call}{theme.due(line.ends_at, here.now)}")
        if found.total > len(found.items):
            links.link("inbox", f"All {found.total} in the inbox", icon=":material/arrow_forward:")


def in_charge(here: Visit) -> None:
    """Draw the models with a version in production."""
    with here.store.reading() as session:
        found = registry.models(session, ModelFilter(in_production=True), size=_SHOWN)
    with st.container(border=True, gap="small", height="stretch", key="in-charge"):
        st.header("In production", anchor=False)
        if not found.items:
            st.markdown("No version is in production yet.")
            st.caption("A version comes here when people have signed a request for it.")
        for line in found.items:
            with st.container(gap="xxsmall", key=f"row-model-{line.slug}"):
                links.to_model(f"**{theme.md(line.name)}** {theme.label(f'v{line.champion}', 'green')}", line.slug)
                st.caption(f"{line.materiality.words} · owned by {theme.md(line.owner)}")
        if found.items:
            st.caption("Approved for production; whether it is deployed is not recorded here yet.")
        if found.total > len(found.items):
            links.link("models", f"All {found.total} models", icon=":material/arrow_forward:", live="true")


def at_risk(here: Visit) -> DeltaGenerator:
    """Draw what may go wrong: open findings, and reviews that are due.

    Returns:
        The place below them for `in_use`, which takes longer and is drawn last.
    """
    with here.store.reading() as session:
        findings = evidence.findings(session, FindingFilter(states=_UNSETTLED), size=_SHOWN)
        due = registry.due_for_review(session, here.now + _SOON, limit=_SHOWN)
    with st.container(border=True, gap="small", height="stretch", key="at-risk"):
        st.header("At risk", anchor=False)
        if not findings.items and not due:
            st.markdown("No finding is open, and no review is due within 30 days.")
        for found in findings.items:
            with st.container(gap="xxsmall", key=f"row-finding-{found.id}"):
                title = f"**{theme.md(found.title)}** {theme.badge(found.severity)}"
                links.to_model(title, found.model, found.version, "findings")
                when = f" · {theme.due(found.due_at, here.now)}" if found.due_at else ""
                st.caption(
                    f"FND-{found.id} · {theme.md(found.model_name)} v{found.version} · {found.state.words}{when}"
                )
        for line in due:
            with st.container(gap="xxsmall", key=f"row-due-{line.slug}"):
                links.to_model(f"**{theme.md(line.name)}** is due for review", line.slug)
                st.caption(theme.due(line.next_review_at, here.now) if line.next_review_at else "")
        return st.container(gap="small")


def in_use(here: Visit) -> None:
    """Draw the versions in production whose outcomes left what was announced."""
    with here.store.reading() as session:
        for line in monitoring.watched(session, size=_SHOWN).items:
            if line.stage is not Stage.PRODUCTION:
                continue
            version = registry.version(session, line.slug, line.version)
            watch = monitoring.windows(session, here.store.blobs, version, here.now)
            if watch is None or not any(one.verdict.alarming for one in watch.windows):
                continue
            with st.container(gap="xxsmall", key=f"row-watch-{line.slug}-{line.version}"):
                links.link("monitoring", f"**{theme.md(line.name)}** in use", version=f"{line.slug}@{line.version}")
                st.caption(brief(watch))
