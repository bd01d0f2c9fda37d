"""Two ways to bring predictions: as results of a version, or to try them out and keep nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from app import theme
from app.components import class_names, upload_form, upload_result
from app.components.refusal import attempt
from app.visit import Visit
from core.access.permission import ANYWHERE, Permission
from core.evaluation import actions, intake, queries
from core.evaluation.evaluation import MetricResult
from core.evaluation.evaluation_set import EvaluationSet
from core.evaluation.picture import picture
from core.metrics.measuring import Progress
from core.registry import address
from core.registry import queries as registry
from core.registry.model import RegisteredModel
from core.registry.searching import ModelFilter
from core.registry.stage import Stage
from core.registry.version import ModelVersion, Task

_OWN = "The file brings its own labels"


def for_version(here: Visit) -> None:
    """Upload results of a model version."""
    place = _version(here)
    if place is None:
        return
    model, version = place
    if not here.may(Permission.UPLOAD_EVALUATION, model.scope):
        st.info("Your roles do not allow you to upload results for this model.", icon=":material/lock:")
        return
    rows = _set(here, model, version.task)
    file = upload_form.file_picker("file-version")
    if file is None:
        upload_result.last(here)
        return
    with attempt():
        preview = upload_form.top_of(file)
        with st.container(border=True, gap="small"):
            st.markdown("**What the columns mean**")
            upload_form.first_rows(preview, allowed=here.may(Permission.SEE_ROWS, model.scope))
            columns = upload_form.mapping(preview, version.task, rows, "version")
            said = upload_form.details(preview, version.task, columns, rows, "version")
        if st.button("Compute and store", type="primary", icon=":material/calculate:", key="store-results"):
            spec = upload_form.spec(version.task, columns, said, rows)

            def work(told: Progress) -> None:
                with upload_form.on_disk(file) as path:
                    found = actions.upload(
                        here.store,
                        here.actor,
                        (model.slug, version.version),
                        path,
                        file.name,
                        spec=spec,
                        progress=told,
                        limits=upload_form.limits(),
                    )
                st.session_state["uploaded"] = (model.slug, version.version, found.key)

            _with_bar(work)
            st.rerun()  # what stands above counts the uses of the set, this one included
    upload_result.last(here)


def try_out(here: Visit) -> None:
    """Compute the numbers of a file and keep nothing of it."""
    st.caption(
        "Bring a file with labels and predictions. Nothing of it is stored: no card, no record, no use of a set."
    )
    task = st.segmented_control(
        "What it predicts",
        list(Task),
        default=Task.BINARY,
        required=True,
        format_func=lambda t: t.words,
        key="try-task",
    )
    task = task or Task.BINARY
    file = upload_form.file_picker("file-try", "Your file")
    if file is None:
        return
    with attempt():
        preview = upload_form.top_of(file)
        with st.container(border=True, gap="small"):
            st.markdown("**What the columns mean**")
            upload_form.first_rows(preview, allowed=here.may(Permission.SEE_ROWS, ANYWHERE))
            columns = upload_form.mapping(preview, task, None, "try")
            said = upload_form.details(preview, task, columns, None, "try", named=False)
        if st.button("Compute", type="primary", icon=":material/calculate:", key="try-compute"):
            spec = upload_form.spec(task, columns, said, None)

            def work(told: Progress) -> None:
                with upload_form.on_disk(file) as path:
                    tried = intake.try_out(
                        path, file.name, spec, here.store.pseudonyms, progress=told, limits=upload_form.limits()
                    )
                drawn = picture(tried.assembled)
                named = (
                    class_names.readable(drawn.classes, columns.label or "") if task is Task.BINARY else drawn.classes
                )
                stated = dict(spec.reported)
                st.session_state["tried"] = (
                    file.file_id,
                    task,
                    replace(drawn, classes=named),
                    [
                        MetricResult.of(v, 0, stated.get(v.metric.value) if v.slice is None else None)
                        for v in tried.values
                    ],
                    tried.warnings,
                )

            _with_bar(work)
    upload_result.tried(file.file_id)


def _version(here: Visit) -> tuple[RegisteredModel, ModelVersion] | None:
    """Let the visitor choose what was measured; the address may name it."""
    with here.store.reading() as session:
        lines = registry.models(session, ModelFilter(text=st.session_state.get("find-model", "")), size=200)
    asked = st.query_params.get("model", "")
    slugs = {line.slug: line.name for line in lines.items if line.newest}
    if lines.total > lines.size:
        st.text_input("Find a model", type="search", key="find-model", width=320)
    if not slugs and not asked:
        st.info("No model has a version yet. Register one on the Models page.", icon=":material/deployed_code:")
        return None
    if asked and asked not in slugs:
        slugs = {asked: asked, **slugs}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        slug = st.selectbox(
            "Model",
            list(slugs),
            index=list(slugs).index(asked) if asked in slugs else 0,
            format_func=lambda s: slugs[s],
            width=320,
            key="upload-model",
        )
        with here.store.reading() as session:
            model = registry.model(session, str(slug))
            numbers = {line.version: line for line in registry.versions(session, model.key, size=200).items}
        if not numbers:
            st.caption("This model has no version yet.")
            return None
        wanted = st.query_params.get("version", "")
        living = [number for number, line in numbers.items() if line.stage is not Stage.ARCHIVED]
        newest = next(iter(living), next(iter(numbers)))
        named = address.number(wanted)
        first = named if named in numbers else newest
        number = st.selectbox(
            "Version",
            list(numbers),
            index=list(numbers).index(first),
            format_func=lambda n: f"Version {n} · {numbers[n].stage.words.lower()}",
            width=260,
            key=f"upload-version-{slug}",
        )
    with here.store.reading() as session:
        return model, registry.version(session, model.slug, int(number or first))


def _set(here: Visit, model: RegisteredModel, task: Task) -> EvaluationSet | None:
    with here.store.reading() as session:
        found = {line.name: line for line in queries.sets(session, task, size=200).items}
        known = [name for name in queries.sets_of_model(session, model.key) if name in found]
    # Sets this model was measured on come first: the others are most likely about something else.
    options = [*known, *([] if known else [_OWN]), *(name for name in found if name not in known)]
    options += [_OWN] if known else []
    name = st.selectbox(
        "Labels come from",
        options,
        format_func=lambda n: n if n == _OWN else f"{n} · {theme.count(found[n].rows)} rows",
        help="With an evaluation set, the labels are not supplied by whoever uploads the predictions.",
        width=420,
        key=f"upload-set-{model.slug}",
    )
    if name is None or name == _OWN:
        st.caption(
            ":material/info: Numbers from a file with its own labels are marked: arithmetic is proven, truth is not."
        )
        return None
    with here.store.reading() as session:
        rows = queries.evaluation_set(session, name)
    uses = found[name].uses
    told = "not used yet" if uses == 0 else f"used {uses} time{'' if uses == 1 else 's'} so far"
    st.caption(f":material/fact_check: {theme.md(rows.independence.words)}; {told}. This upload counts as one use.")
    return rows


def _with_bar(work: Callable[[Progress], None]) -> None:
    """Run something long and show how far it is."""
    bar = st.progress(0.0, "Reading the file")
    try:
        work(lambda done, words: _told(bar, done, words))
    finally:
        bar.empty()


def _told(bar: Any, done: float, words: str) -> None:
    bar.progress(min(1.0, max(0.0, done)), theme.md(words))
