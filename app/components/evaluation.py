"""The Evaluations tab of a model version: what was measured, on what, and how sure one can be."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from app import theme
from app.components import class_names, comparison, curve_charts, evaluation_charts, evaluation_tables, links
from app.components.chart import draw
from app.visit import Visit
from core.access import queries as people
from core.access.permission import Permission
from core.evaluation import intake, queries
from core.evaluation.evaluation import Evaluation, MetricResult
from core.evaluation.evaluation_set import EvaluationSet
from core.evaluation.picture import Picture, picture
from core.evaluation.provenance import Independence, Provenance
from core.metrics.metric import Metric
from core.metrics.thousand import of_1000
from core.registry.model import RegisteredModel
from core.registry.version import ModelVersion, Task
from core.store.store import Store

_PLAIN, _NUMBERS, _GROUPS, _CURVES, _CHAMPION = (
    "In plain words", "All numbers", "By group", "Curves", "Against the champion"
)  # fmt: skip
_ORDINAL = {1: "first", 2: "second", 3: "third"}


def evaluations_tab(here: Visit, model: RegisteredModel, version: ModelVersion) -> None:
    """Draw what was measured of a version.

    Args:
        here: who looks.
        model: the model.
        version: the version.
    """
    with here.store.reading() as session:
        current = queries.current(session, version.key)
        lines = queries.evaluations(session, version.key, size=100)
    if not lines.items:
        _nothing_yet(here, model, version)
        return
    chosen = _choose([found.key for found in current], lines.items)
    with here.store.reading() as session:
        found = queries.evaluation(session, chosen)
        results = queries.results(session, chosen)
        rows = None if found.set_id is None else queries.set_by_id(session, found.set_id)
        uploader = people.names(session, [found.uploaded_by]).get(found.uploaded_by, "somebody")
    newest = next((one for one in current if one.label == found.label and one.set_id == found.set_id), found)
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        with st.container(width="stretch", key="evaluation-head"):
            _head(here, found, rows, uploader, newest)
        if here.may(Permission.UPLOAD_EVALUATION, model.scope):
            links.link("upload", "Upload results", icon=":material/upload:", model=model.slug, version=version.version)
    _body(here, model, version, found, results, rows)


def _body(  # noqa: PLR0917 - what was read once is handed on
    here: Visit,
    model: RegisteredModel,
    version: ModelVersion,
    found: Evaluation,
    results: Sequence[MetricResult],
    rows: EvaluationSet | None,
) -> None:
    grouped = any(row.slice_attribute not in {None, "class"} for row in results)
    views = [_PLAIN, _NUMBERS, *([_GROUPS] if grouped else []), *([_CURVES] if found.blob else []), _CHAMPION]
    view = st.segmented_control(
        "View", views, default=views[0], required=True, key="evaluation_view", label_visibility="collapsed",
        bind="query-params",
    )  # fmt: skip
    names = class_names.of(found, rows)
    match view or views[0]:
        case "All numbers":
            evaluation_tables.numbers(results, clustered=found.clustered)
        case "By group":
            evaluation_tables.by_group(results, found.address)
        case "Curves":
            curves(pictured(here.store, found, names), results, found.address)
        case "Against the champion":
            comparison.comparison_view(here, model, version)
        case _:
            plainly(None if found.blob is None else pictured(here.store, found, names), results, found.task)


def pictured(store: Store, found: Evaluation, names: list[str]) -> Picture:
    """What charts of an evaluation are drawn from; remembered by its fingerprint, because it never changes."""
    return replace(_picture(store, found.key, found.digest), classes=names or list(found.classes))


@st.cache_data(max_entries=64, show_spinner="Reading the kept rows")
def _picture(_store: Store, key: int, digest: str) -> Picture:  # noqa: ARG001 - the digest is what it is remembered by
    with _store.reading() as session:
        return picture(intake.rows_of(session, _store.blobs, key))


def plainly(drawn: Picture | None, results: Sequence[MetricResult], task: Task) -> None:
    """Say what the numbers mean to somebody who has never met one of them."""
    by_metric = {row.metric: row for row in results if row.slice_attribute is None}
    if drawn is None or (task is Task.BINARY and drawn.confusion is None):
        st.info("Nothing is kept of the rows, so there is nothing to count.", icon=":material/visibility_off:")
        return
    if task is Task.REGRESSION:
        _plain_numbers(drawn, by_metric)
        return
    if task is Task.MULTICLASS:
        _plain_classes(drawn, by_metric, results)
        return
    left, right = st.columns([3, 2], gap="medium")
    with left, st.container(border=True, height="stretch"):
        st.markdown("**A thousand cases like these**")
        draw(evaluation_charts.thousand(drawn), "thousand")
    with right, st.container(border=True, height="stretch", gap="small"):
        st.markdown("**What that means**")
        for sentence in evaluation_tables.sentences(drawn, by_metric):
            st.markdown(sentence)
    evaluation_tables.groups_per_thousand(drawn, results)


def _plain_classes(drawn: Picture, by_metric: dict[str, MetricResult], results: Sequence[MetricResult]) -> None:
    accuracy = by_metric[Metric.ACCURACY.value]
    st.markdown(
        f"Of 1,000 cases, **{theme.per_thousand(accuracy.value).split(' ')[0]}** are put into the right class; with "
        f"95 % confidence between {of_1000(accuracy.low or 0)} and {of_1000(accuracy.high or 1)}."
        if accuracy.low is not None
        else f"Of 1,000 cases, **{theme.per_thousand(accuracy.value)}** are put into the right class."
    )
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, height="stretch"):
        st.markdown("**Which classes are taken for which**")
        draw(evaluation_charts.confusion(drawn), "confusion")
    found = [row for row in results if row.slice_attribute == "class" and row.metric == Metric.RECALL.value]
    with right, st.container(border=True, height="stretch"):
        st.markdown("**How many of each class are found**")
        if found:
            draw(evaluation_charts.groups(found, by_metric.get(Metric.BALANCED_ACCURACY.value)), "recall-by-class")


def _plain_numbers(drawn: Picture, by_metric: dict[str, MetricResult]) -> None:
    typical, median = by_metric[Metric.MEAN_ABSOLUTE_ERROR.value], by_metric[Metric.MEDIAN_ABSOLUTE_ERROR.value]
    st.markdown(
        f"On average a prediction is **{theme.number(typical.value, 2)}** off; half of them are less than "
        f"**{theme.number(median.value, 2)}** off."
    )
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, height="stretch"):
        st.markdown("**How far off**")
        draw(evaluation_charts.errors(drawn), "errors")
    with right, st.container(border=True, height="stretch"):
        st.markdown("**Where**")
        draw(evaluation_charts.plane(drawn), "plane")


def curves(drawn: Picture, results: Sequence[MetricResult], key: str) -> None:
    """Draw every curve there is, two in a row."""
    by_metric = {row.metric: row for row in results if row.slice_attribute is None}
    found = [
        ("How well it ranks", curve_charts.roc(drawn, by_metric.get(Metric.ROC_AUC.value))),
        (
            "How often it is right when it says so",
            curve_charts.precision_recall(drawn, by_metric.get(Metric.AVERAGE_PRECISION.value)),
        ),
        ("Whether scores mean what they say", curve_charts.calibration(drawn)),
        ("What was called what", evaluation_charts.confusion(drawn)),
        ("How far off", evaluation_charts.errors(drawn)),
        ("Truth against prediction", evaluation_charts.plane(drawn)),
    ]
    with st.grid(2, gap="small", min_column_width=320):
        for place, (title, chart) in enumerate(found):
            if chart is not None:
                with st.container(border=True, height="stretch"):
                    st.markdown(f"**{title}**")
                    draw(chart, f"curve-{key}-{place}")
    slope, intercept = (by_metric.get(m.value) for m in (Metric.CALIBRATION_SLOPE, Metric.CALIBRATION_INTERCEPT))
    if slope is not None and intercept is not None:
        st.caption(
            f"Calibration slope {theme.number(slope.value, 2)} ({theme.interval(slope.low, slope.high, 2)}; 1 is "
            f"right) and intercept {theme.number(intercept.value, 2)} "
            f"({theme.interval(intercept.low, intercept.high, 2)}; 0 is right)."
        )


def _choose(current: list[int], lines: Sequence[queries.EvaluationLine]) -> int:
    """Let the visitor choose among the uploads; the address names the one shown."""
    known = {line.id: line for line in lines}
    # What proves most stands first, then what is newest; what was replaced comes last.
    proving = list(Provenance)
    best = sorted((known[key] for key in current if key in known), key=lambda e: (-proving.index(e.provenance), -e.id))
    ordered = [line.id for line in best] + [line.id for line in lines if line.id not in current]
    asked = st.query_params.get("evaluation", "").removeprefix("EVL-")
    start = int(asked) if asked.isdigit() and int(asked) in known else ordered[0]
    if len(ordered) == 1:
        return start

    def label(key: int) -> str:
        line = known[key]
        old = "" if key in current else " · replaced"
        return f"{' · '.join(p for p in (line.dataset, line.split) if p)} · {line.address}{old}"

    chosen = st.selectbox(
        "Evaluation", ordered, index=ordered.index(start), format_func=label, width=420, key="choose-evaluation"
    )
    if chosen != start:
        st.query_params["evaluation"] = f"EVL-{chosen}"
    return chosen


def _head(here: Visit, found: Evaluation, rows: EvaluationSet | None, uploader: str, newest: Evaluation) -> None:
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.header(theme.md(found.label), anchor=False, width="content")
            st.markdown(theme.badge(found.provenance), width="content", help=found.provenance.meaning)
            if found.as_validator:
                st.markdown(theme.label("Uploaded by a validator", "green"), width="content")
            if newest.key != found.key:
                st.markdown(theme.label(f"Replaced by {newest.address}", "orange"), width="content")
        parts = [
            found.address,
            f"{theme.count(found.rows)} rows",
            f"uploaded by {theme.md(uploader)}",
            theme.moment(found.uploaded_at, here.zone),
        ]
        if found.set_use is not None:
            parts.append(f"{_ordinal(found.set_use)} use of this set")
        if rows is not None and rows.independence is not Independence.UNKNOWN:
            parts.append(rows.independence.words.lower())
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(" · ".join(parts), width="content")
            st.markdown(theme.fingerprint(found.digest), width="content")
    if found.provenance is not Provenance.RECOMPUTED:
        st.caption(f":material/info: {found.provenance.meaning}")
    notes(found.warnings)


def notes(warnings: Sequence[str]) -> None:
    """Draw what a reader of the numbers must know."""
    for warning in warnings:
        st.caption(f":orange[:material/warning:] {theme.md(warning)}")


def _ordinal(n: int) -> str:
    return _ORDINAL.get(n, f"{n}th")


def _nothing_yet(here: Visit, model: RegisteredModel, version: ModelVersion) -> None:
    st.info(
        "Nothing was measured yet. Upload predictions here, or from a pipeline with "
        f"`signoff upload {model.slug}@{version.version} FILE`.",
        icon=":material/query_stats:",
    )
    if here.may(Permission.UPLOAD_EVALUATION, model.scope):
        links.link("upload", "Upload results", icon=":material/upload:", model=model.slug, version=version.version)
