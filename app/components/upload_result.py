"""What came out of an upload: the result that was stored last, or the one that is stored nowhere."""

from collections.abc import Sequence

import streamlit as st

from app import theme
from app.components import class_names, evaluation, evaluation_tables, links
from app.visit import Visit
from core.evaluation import queries
from core.evaluation.evaluation import MetricResult
from core.evaluation.picture import Picture
from core.metrics.metric import Metric
from core.registry.version import Task


def last(here: Visit) -> None:
    """Draw what this visitor uploaded last."""
    if (last := st.session_state.get("uploaded")) is None:
        return
    slug, number, key = last
    with here.store.reading() as session:
        found = queries.evaluation(session, key)
        results = queries.results(session, key)
        rows = None if found.set_id is None else queries.set_by_id(session, found.set_id)
    with st.container(border=True, gap="small"):
        st.markdown(
            f":green[:material/check_circle:] **{found.address} is stored**: {theme.count(found.rows)} rows of "
            f"{theme.md(found.label)} for {theme.md(slug)}, version {number}. {theme.badge(found.provenance)}"
        )
        evaluation.notes(found.warnings)
        _headline(results)
        names = class_names.of(found, rows)
        evaluation.plainly(evaluation.pictured(here.store, found, names), results, found.task)
        links.to_model("Open every number on the model's page", slug, number, "evaluations")


def tried(file_id: str) -> None:
    """Draw the numbers of the file that is being tried out."""
    found = st.session_state.get("tried")
    if found is None or found[0] != file_id:
        return
    _, task, drawn, results, warnings = found
    st.caption(":material/cloud_off: Computed, and stored nowhere.")
    evaluation.notes(warnings)
    views = ["In plain words", "All numbers", "Curves"]
    if any(row.slice_attribute not in {None, "class"} for row in results):
        views.insert(2, "By group")
    view = st.segmented_control(
        "View", views, default=views[0], required=True, key="try-view", label_visibility="collapsed"
    )
    _shown(view or views[0], task, drawn, results)


def _shown(view: str, task: Task, drawn: Picture, results: Sequence[MetricResult]) -> None:
    match view:
        case "All numbers":
            evaluation_tables.numbers(results)
        case "By group":
            evaluation_tables.by_group(results, "tried")
        case "Curves":
            evaluation.curves(drawn, results, "tried")
        case _:
            evaluation.plainly(drawn, results, task)


def _headline(results: Sequence[MetricResult]) -> None:
    """Draw the few numbers people ask for first, with their intervals."""
    wanted = (
        Metric.ACCURACY, Metric.ROC_AUC, Metric.BALANCED_ACCURACY, Metric.BRIER_SCORE, Metric.MACRO_F1,
        Metric.MEAN_ABSOLUTE_ERROR, Metric.R_SQUARED,
    )  # fmt: skip
    by_metric = {row.metric: row for row in results if row.slice_attribute is None}
    found = [by_metric[metric.value] for metric in wanted if metric.value in by_metric]
    with st.grid(4, gap="small", min_column_width=150):
        for row in found[:4]:
            st.metric(
                Metric(row.metric).words,
                theme.number(row.value),
                theme.interval(row.low, row.high),
                delta_color="off",
                delta_arrow="off",
                border=True,
                help=Metric(row.metric).meaning,
            )
