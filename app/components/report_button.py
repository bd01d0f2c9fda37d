"""Buttons that make a sealed document and then hand it out; making takes a moment and shows how far it is."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import theme
from app.components.refusal import attempt
from app.visit import Visit
from core.access.permission import Permission
from core.registry.model import RegisteredModel
from core.registry.version import ModelVersion
from core.reports import actions, preparing
from core.reports.preparing import Prepared, Progress

_ICON = ":material/picture_as_pdf:"


def report_button(here: Visit, model: RegisteredModel, version: ModelVersion) -> None:
    """Draw the button that exports the audit report of a version, and the way to the file once it is made."""
    if not here.may(Permission.EXPORT_REPORT, model.scope):
        return
    key = f"report-{version.key}"
    if st.button("Audit report", icon=_ICON, key=key, help="Everything about this version as a sealed PDF."):
        _make(here, key, lambda told: preparing.prepare(here.store, here.actor, model.slug, version.version, told))
    _take(key)


def population_button(here: Visit, start: datetime, end: datetime) -> None:
    """Draw the button that exports every promotion of [start, end), and the ways to the PDF and the CSV."""
    if not here.may(Permission.EXPORT_REPORT):
        return
    key = f"population-{start.date()}-{end.date()}"
    period = f"{theme.day(start, here.zone)} to {theme.day(end, here.zone)}"
    words = f"All promotions and rollbacks from {period} as a sealed PDF and as CSV, to draw a sample from."
    if st.button("List of promotions", icon=_ICON, key=key, help=words):
        _make(here, key, lambda told: preparing.prepare_population(here.store, here.actor, start, end, told))
    _take(key)


def _make(here: Visit, key: str, prepare: Callable[[Progress], Prepared]) -> None:
    bar = st.progress(0.0, "Reading the records")
    with attempt():
        prepared = prepare(lambda done, words: _show(bar, done, words))
        with here.store.transaction(here.actor) as tx:
            exported = actions.export(tx, prepared)
        about = f"{prepared.pages} pages, as of {prepared.position.size:,} entries of the log"
        st.session_state[f"{key}-made"] = (exported.report.export_id, exported.table_id, about)
    bar.empty()


def _show(bar: DeltaGenerator, done: float, words: str) -> None:
    bar.progress(done, words)


def _take(key: str) -> None:
    """Draw the links to what was made last; they work for whoever made it."""
    if (made := st.session_state.get(f"{key}-made")) is None:
        return
    export_id, table_id, about = made
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        st.link_button("Take the PDF", f"/exports/{export_id}", icon=":material/download:", type="primary")
        if table_id is not None:
            st.link_button("Take the CSV", f"/exports/{table_id}", icon=":material/download:")
        st.caption(about, width="content")
