"""What a file is and what its columns mean: detected, shown, and confirmed by a person."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from app import theme
from app.settings import settings
from core.errors import InputError
from core.evaluation import upload
from core.evaluation.evaluation_set import EvaluationSet
from core.evaluation.upload import Columns, Spec
from core.registry.version import Task
from core.tabular import detection, reading
from core.tabular.limits import MEBI, Limits
from core.tabular.reading import Preview

KINDS = ["csv", "tsv", "txt", "parquet", "pq", "jsonl", "ndjson", "json"]
_NONE = "–"
_WORDS = {
    "id": (
        "Identifier",
        "Names the case, once per row. It is replaced by a keyed fingerprint before anything is kept.",
    ),
    "label": ("Label", "What is true or what happened."),
    "prediction": ("Prediction", "What the model decided."),
    "score": ("Score", "Probability of the positive outcome, from 0 to 1."),
    "cluster": ("Cluster", "Rows that share a value hang together: a patient, a customer, a day."),
    "weight": ("Weight", "How much a row counts; leave it out when all count the same."),
}


def limits() -> Limits:
    """How much of an upload is acceptable here."""
    return Limits(size=settings().upload_limit_mb * MEBI)


def file_picker(key: str, label: str = "File of predictions") -> Any:
    """Draw the field for a file; the bytes decide what it is, not its name."""
    return st.file_uploader(
        label,
        type=KINDS,
        key=key,
        max_upload_size=settings().upload_limit_mb,
        help="CSV, Parquet or JSON Lines. It is read in a process of its own, and nothing in it is ever executed.",
    )


@contextmanager
def on_disk(file: Any) -> Iterator[Path]:
    """Lay an upload down as a file for as long as it is read."""
    with tempfile.TemporaryDirectory(prefix="signoff-upload-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(file.getbuffer())
        yield path


def top_of(file: Any) -> Preview:
    """Read columns and first rows once per file.

    Raises:
        EvidenceError: the file cannot be read.
    """
    key = f"top-{file.file_id}"
    if key not in st.session_state:
        with st.spinner("Looking at the columns"), on_disk(file) as path:
            st.session_state[key] = reading.headline(path, file.name, limits())
    found: Preview = st.session_state[key]
    return found


def first_rows(preview: Preview, *, allowed: bool) -> None:
    """Draw the first rows, only for whoever has the right to see rows."""
    kinds = " · ".join(f"{theme.md(column.name)} :gray[{column.kind.words}]" for column in preview.columns[:40])
    more = f" · and {len(preview.columns) - 40} more" if len(preview.columns) > 40 else ""
    st.markdown(f":small[{len(preview.columns)} columns: {kinds}{more}]")
    if not allowed:
        st.caption(":material/visibility_off: Your roles do not allow you to see rows of uploaded data.")
        return
    with st.expander(f"First {len(preview.rows)} rows"):
        frame = pd.DataFrame(list(preview.rows), columns=[column.name for column in preview.columns])
        st.dataframe(frame, hide_index=True, height=320, alt="The first rows of the file")


def mapping(preview: Preview, task: Task, rows: EvaluationSet | None, key: str) -> Columns:
    """Let the person confirm which column plays which part.

    Args:
        preview: the top of the file.
        task: what kind of answer the version gives.
        rows: the evaluation set that gives labels and groups; None when the file does.
        key: tells the fields of one form from those of another.
    """
    names = [column.name for column in preview.columns]
    guessed = upload.filled(Columns(), detection.guess(preview), task, names, with_set=rows is not None)
    parts = ["id", "prediction"] if rows is not None else ["id", "label", "prediction"]
    if task is Task.BINARY:
        parts.append("score")
    if rows is None:
        parts += ["cluster", "weight"]
    said: dict[str, Any] = {}
    with st.grid(3, gap="small", min_column_width=200):
        for part in parts:
            title, why = _WORDS[part]
            options = [_NONE, *names]
            start = getattr(guessed, part)
            picked = st.selectbox(
                title,
                options,
                index=options.index(start) if start in options else 0,
                help=why,
                key=f"{key}-{part}-{preview.name}-{preview.size}",
            )
            said[part] = None if picked == _NONE else picked
    if task is Task.MULTICLASS:
        said["scores"] = _class_scores(guessed, names, key)
    if rows is None:
        said["groups"] = st.multiselect(
            "Groups to compare",
            names,
            default=[group for group in guessed.groups if group in names],
            help="Columns of groups, such as sex, region or age band. Each metric is computed for each group.",
            key=f"{key}-groups-{preview.name}-{preview.size}",
        )
    elif rows.groups:
        st.caption(f"Labels and the groups {theme.md(', '.join(rows.groups))} come from the set.")
    found = upload.columns(said)
    dropped = [name for name in names if name not in found.used()]
    if dropped:
        shown = ", ".join(theme.md(name) for name in dropped[:12]) + (" …" if len(dropped) > 12 else "")
        st.caption(f":material/delete_sweep: Dropped before anything is kept: {shown}.")
    return found


def _class_scores(guessed: Columns, names: Sequence[str], key: str) -> dict[str, str]:
    picked = st.multiselect(
        "Score columns, one per class",
        names,
        default=[column for column in guessed.scores.values() if column in names],
        help="The class is what stands behind the first underscore: p_cat is the score of cat.",
        key=f"{key}-scores",
    )
    by_column = {column: name for name, column in guessed.scores.items()}
    return {by_column.get(column, column.partition("_")[2] or column): column for column in picked}


def details(
    preview: Preview, task: Task, columns: Columns, rows: EvaluationSet | None, key: str, *, named: bool = True
) -> dict[str, Any]:
    """Ask for what no column says: the positive label, the cut, the data, the numbers that the uploader states.

    Args:
        preview: the top of the file.
        task: what kind of answer the version gives.
        columns: which column plays which part.
        rows: the evaluation set; None when the file brings its own labels.
        key: tells the fields of one form from those of another.
        named: whether the data needs a name, because the numbers will be found under it.
    """
    said: dict[str, Any] = {} if named or rows is not None else {"dataset": {"name": "a file to try out"}}
    with st.grid(3, gap="small", min_column_width=200):
        if task is Task.BINARY:
            options, start = _positives(preview, columns, rows)
            said["positive"] = st.selectbox(
                "Positive label",
                options,
                index=start,
                accept_new_options=True,
                placeholder="Choose or type it",
                help="The label that counts as positive, as the labels are written.",
                key=f"{key}-positive-{columns.label}",
            )
            if columns.score is not None:
                said["threshold"] = st.number_input(
                    "Cut",
                    min_value=0.0,
                    max_value=1.0,
                    value=None,
                    step=0.05,
                    placeholder="0.5",
                    help="Scores from here on count as positive. A column of predictions goes before it.",
                    key=f"{key}-cut",
                )
        if rows is None and named:
            name = st.text_input(
                "Data", value=Path(preview.name).stem[:120], help="What these rows are.", key=f"{key}-data"
            )
            version = st.text_input("Version of the data", max_chars=60, key=f"{key}-data-version")
            split = st.text_input("Part of it", max_chars=60, placeholder="test", key=f"{key}-split")
            said["dataset"] = {"name": name, "version": version, "split": split}
    with st.expander("More to say: the share of positives in use, numbers you state yourself"):
        if task is Task.BINARY:
            said["prevalence"] = st.number_input(
                "Share of positives where the model will be used",
                min_value=0.0001,
                max_value=0.9999,
                value=None,
                placeholder="0.02",
                format="%.4f",
                help="Precision and negative predictive value are given for it as well.",
                key=f"{key}-prevalence",
            )
        typed = st.text_input(
            "Numbers you state; they stand beside the recomputed ones",
            placeholder="accuracy=0.88, roc_auc=0.91",
            key=f"{key}-reported",
        )
        said["reported"] = _stated(typed)
    return said


def spec(task: Task, columns: Columns, said: dict[str, Any], rows: EvaluationSet | None) -> Spec:
    """Put together how the file is to be read.

    Raises:
        InputError: something is missing or does not fit.
    """
    return upload.parse(
        said | {"task": task, "columns": columns.model_dump(), "set": None if rows is None else rows.name}
    )


def _positives(preview: Preview, columns: Columns, rows: EvaluationSet | None) -> tuple[list[str], int | None]:
    """The labels to choose from, and the place of the one that speaks for itself."""
    if rows is not None:
        found = list(rows.classes)
    else:
        place = next((i for i, column in enumerate(preview.columns) if column.name == columns.label), None)
        seen = [] if place is None else [row[place] for row in preview.rows if row[place] is not None]
        found = sorted({upload.word(value) for value in seen})[:20]
    speaking = [i for i, name in enumerate(found) if name.lower() in {"1", "true", "yes", "positive"}]
    return found, speaking[0] if len(speaking) == 1 else None


def _stated(typed: str) -> dict[str, float]:
    found = {}
    for one in typed.replace(";", ",").split(","):
        if not one.strip():
            continue
        name, sign, value = one.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            sign = ""
        if not sign:
            raise InputError(f"{one.strip()[:60]!r} is no stated number.", "Write name=value, as in accuracy=0.88.")
    return found
