"""What Signoff noticed about a version in use, as it was raised and as it stands now."""

from typing import Final

import streamlit as st

from app import theme
from app.components import links, question
from app.components.finding_form import finding_form
from app.components.refusal import attempt
from app.visit import Visit
from core.access.permission import Permission
from core.monitoring import alerting, alerts, queries
from core.monitoring.alarm import present
from core.monitoring.alert import AlertCause
from core.monitoring.alerts import AlertFilter, AlertLine
from core.registry.model import RegisteredModel
from core.registry.version import ModelVersion

_SHOWN: Final = 5


def alerts_raised(here: Visit, model: RegisteredModel, version: ModelVersion) -> None:
    """Draw the alerts about a version, newest first, each with what its window says now; nothing without any."""
    with here.store.reading() as session:
        found = alerts.alerts(session, AlertFilter(version_id=version.key), size=_SHOWN)
        watch = queries.windows(session, here.store.blobs, version, here.now) if found.items else None
    if watch is None:
        return
    with st.container(border=True, gap="small", key="alerts"):
        st.header("Alerts", anchor=False)
        for line in found.items:
            with st.container(
                horizontal=True,
                vertical_alignment="center",
                horizontal_alignment="distribute",
                key=f"row-alert-{line.id}",
            ):
                with st.container(gap="xxsmall", width="content"):
                    colour = "blue" if line.cause is AlertCause.MOVED else "orange"
                    st.markdown(f"{theme.label(line.cause.words, colour)} {theme.md(line.words)}")
                    st.caption(_small(here, line, present(line.cause, line.window, watch.windows)))
                _answered(here, model, line)
        if found.total > len(found.items):
            st.caption(f"And {theme.count(found.total - len(found.items))} older.")
    if (opened := question.asked("answer-alert", AlertLine)) is not None:
        _answer(here, model, opened)


def _small(here: Visit, line: AlertLine, now: str) -> str:
    said = [line.address, f"raised {theme.ago(line.raised_at, here.now)}"]
    if line.inputs:
        said.append(theme.md(", ".join(line.inputs)))
    said.append(f"now: {now.lower()}" if now else "windows are cut differently now")
    return " · ".join(said)


def _answered(here: Visit, model: RegisteredModel, line: AlertLine) -> None:
    if line.finding is not None:
        links.to_model(f"Answered by FND-{line.finding}", model.slug, line.version, "findings")
    elif here.may(Permission.RAISE_FINDING, model.scope):
        st.button(
            "Raise a finding",
            key=f"answer-{line.id}",
            type="tertiary",
            icon=":material/flag:",
            on_click=question.ask,
            args=("answer-alert", line),
        )


@st.dialog("Raise a finding", width="medium", on_dismiss=question.answered)
def _answer(here: Visit, model: RegisteredModel, line: AlertLine) -> None:
    st.caption(f"About {theme.md(line.model_name)} v{line.version}, in answer to {line.address}.")
    if problem := finding_form(here, model.owner_id, line.words):
        with attempt():
            with here.store.transaction(here.actor) as tx:
                alerting.answer(tx, line.address, problem)
            question.answered()
            st.rerun()
