"""Evaluation sets: which there are, how often each was used, and a form that registers one."""

from typing import Any

import streamlit as st

from app import theme
from app.components import upload_form
from app.components.pager import pager, turned_to
from app.components.refusal import attempt
from app.visit import Visit
from core.access.permission import ANYWHERE, Permission
from core.evaluation import actions, queries, set_intake, upload
from core.evaluation.provenance import Independence
from core.evaluation.set_intake import SetDescription
from core.registry.version import Task


def sets(here: Visit) -> None:
    """List the evaluation sets, and register one."""
    with here.store.reading() as session:
        found = queries.sets(session, number=turned_to("sets"))
    if found.items:
        st.table(
            {
                "Set": [f"**{theme.md(line.name)}**" for line in found.items],
                "For": [line.task.words for line in found.items],
                "Data": [theme.md(line.dataset) for line in found.items],
                "Rows": [theme.count(line.rows) for line in found.items],
                "Groups": [theme.md(", ".join(line.groups)) or "–" for line in found.items],
                "Stands from training": [line.independence.words for line in found.items],
                "Registered by": [theme.md(line.registered_by) for line in found.items],
                "Uses": [str(line.uses) for line in found.items],
            },
            border="horizontal",
            hide_index=True,
            alt="Evaluation sets and how often each was used",
        )
        st.caption("Each use is counted: a set that was met forty times has been trained on by people.")
        pager(found, "sets", "sets")
    else:
        st.info(
            "No evaluation set is registered yet. With one, labels no longer come from whoever uploads predictions.",
            icon=":material/fact_check:",
        )
    if here.may(Permission.REGISTER_EVALUATION_SET, ANYWHERE):
        _register_set(here)
    else:
        st.caption("A validator or an administrator registers evaluation sets.")


def _register_set(here: Visit) -> None:
    st.header("Register a set", anchor=False)
    task = st.segmented_control(
        "What its labels are for",
        list(Task),
        default=Task.BINARY,
        required=True,
        format_func=lambda t: t.words,
        key="set-task",
    )
    file = upload_form.file_picker("file-set", "Rows with ids, labels and groups")
    if file is None:
        return
    with attempt():
        preview = upload_form.top_of(file)
        with st.container(border=True, gap="small"):
            upload_form.first_rows(preview, allowed=here.may(Permission.SEE_ROWS, ANYWHERE))
            columns = upload_form.mapping(preview, task or Task.BINARY, None, "set")
            columns = columns.model_copy(update={"prediction": None, "score": None, "scores": {}})
            said = _set_details(file.name)
        if st.button("Register the set", type="primary", icon=":material/fact_check:", key="set-register"):
            described = SetDescription(
                said["name"],
                task or Task.BINARY,
                columns,
                upload.data_name(said["dataset"]),
                said["description"],
                said["independence"],
                said["reason"],
            )
            with st.spinner("Reading the rows"), upload_form.on_disk(file) as path:
                prepared = set_intake.prepare_set(here.store, path, file.name, described, upload_form.limits())
            with here.store.transaction(here.actor) as tx:
                row = actions.register_set(tx, prepared)
            st.toast(f"{row.name} is registered with {row.rows:,} rows.", icon=":material/fact_check:")
            st.rerun()


def _set_details(file: str) -> dict[str, Any]:
    with st.grid(3, gap="small", min_column_width=200):
        name = st.text_input("Name of the set", max_chars=64, placeholder="mortgage-holdout", key="set-name")
        data = st.text_input("Data", max_chars=120, value=file.rsplit(".", 1)[0], key="set-data")
        split = st.text_input("Part of it", max_chars=60, placeholder="held out", key="set-split")
        independence = st.selectbox(
            "How far the rows stand from training",
            list(Independence),
            format_func=lambda i: i.words,
            key="set-independence",
        )
        reason = st.text_input("How that is known", max_chars=1000, key="set-reason")
        description = st.text_input("A few sentences about it", max_chars=2000, key="set-description")
    return {
        "name": name.strip(),
        "dataset": {"name": data, "split": split},
        "independence": independence,
        "reason": reason,
        "description": description,
    }
