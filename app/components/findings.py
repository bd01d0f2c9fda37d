"""Findings against a version: what is wrong, who mends it by when, and what was done."""

from collections.abc import Sequence

import streamlit as st

from app import theme
from app.components import links, question
from app.components.finding_form import finding_form
from app.components.pager import pager, turned_to
from app.components.refusal import attempt
from app.visit import Visit
from core.access.permission import Permission
from core.approvals import findings
from core.evidence import actions
from core.evidence import queries as evidence
from core.evidence.queries import FindingFilter, FindingLine
from core.registry.model import RegisteredModel
from core.registry.version import ModelVersion

NONE = "Nobody has raised a finding against this version. A high one blocks it until somebody closes it."


def findings_tab(here: Visit, model: RegisteredModel, version: ModelVersion) -> None:
    """Draw every finding against a version, what still wants something done first, and a way to raise one."""
    with here.store.reading() as session:
        found = evidence.findings(session, FindingFilter(version_id=version.key), turned_to("findings-page"))
    if not found.items:
        st.info(NONE, icon=":material/flag:")
    findings_list(here, found.items)
    pager(found, "findings-page", "findings")
    raise_button(here, model, version.key)
    if question.asked("finding", int) == version.key:
        _raise(here, model, version)


def findings_list(here: Visit, found: Sequence[FindingLine]) -> None:
    """Draw findings, and the dialog that answers one while it is open."""
    for finding in found:
        _finding(here, finding)
    answering = question.asked("close", FindingLine)
    if answering is not None:
        _close(here, answering)


def raise_button(here: Visit, model: RegisteredModel, about: int) -> None:
    """Draw the button that opens the question `finding`, for whoever may raise one."""
    if here.may(Permission.RAISE_FINDING, model.scope):
        st.button(
            "Raise a finding",
            icon=":material/flag:",
            key="raise-finding",
            on_click=question.ask,
            args=("finding", about),
        )


def _finding(here: Visit, finding: FindingLine) -> None:
    with st.container(border=True, gap="xxsmall", key=f"finding-{finding.id}"):
        blocks = " :red-badge[:material/block: blocks]" if finding.blocks else ""
        st.markdown(
            f"**{theme.md(finding.title)}** {theme.badge(finding.severity)} {theme.badge(finding.state)}{blocks}"
        )
        if finding.detail:
            st.markdown(theme.md(finding.detail, 4000))
        if finding.resolution:
            st.markdown(f":small[:gray[Answer:] {theme.md(finding.resolution, 4000)}]")
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            due = f" · {theme.due(finding.due_at, here.now)}" if finding.due_at and not finding.state.closed else ""
            raised = f" · raised {theme.day(finding.raised_at, here.zone)}"
            st.caption(f"{finding.address} · for {theme.md(finding.owner)}{due}{raised}", width="content")
            if finding.request:
                links.link("inbox", finding.request, request=finding.request)
            if not finding.state.closed:
                st.button(
                    "Close or answer",
                    key=f"close-{finding.id}",
                    type="tertiary",
                    icon=":material/task_alt:",
                    on_click=question.ask,
                    args=("close", finding),
                )


@st.dialog("Raise a finding", width="medium", on_dismiss=question.answered)
def _raise(here: Visit, model: RegisteredModel, version: ModelVersion) -> None:
    st.caption(f"Against {theme.md(model.slug)} v{version.version}.")
    if problem := finding_form(here, model.owner_id):
        with attempt():
            with here.store.transaction(here.actor) as tx:
                actions.raise_finding(tx, version, problem)
            question.answered()
            st.rerun()


@st.dialog("Close or answer a finding", width="medium", on_dismiss=question.answered)
def _close(here: Visit, finding: FindingLine) -> None:
    st.markdown(f"**{theme.md(finding.title)}**")
    st.caption(
        "Said by an independent reviewer, it is closed. Said by somebody who worked on the version, it is mended and "
        "waits for such a reviewer."
    )
    with st.form("close", border=False):
        words = st.text_area("What was done", max_chars=4000, height=100, key="close-words")
        sent = st.form_submit_button("Put it on record", type="primary")
    if sent:
        with attempt():
            with here.store.transaction(here.actor) as tx:
                findings.resolve_finding(tx, finding.id, words)
            question.answered()
            st.rerun()
