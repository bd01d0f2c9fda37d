"""What one wants to know of a version at first sight: what it is, where it stands, and whether it can be rebuilt."""

import pandas as pd
import streamlit as st

from app import theme
from app.components import links
from app.components.model_change import change_buttons
from app.visit import Visit
from core.access import queries as people
from core.registry import queries
from core.registry.model import RegisteredModel
from core.registry.stage import Stage
from core.registry.version import ModelVersion, missing_to_rebuild


def identity(here: Visit, model: RegisteredModel, version: ModelVersion) -> None:
    """Draw what was registered and who answers for it, beside what is needed to build it again."""
    with here.store.reading() as session:
        owner = people.names(session, [model.owner_id])[model.owner_id]
    missing = missing_to_rebuild(version)
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, gap="small"):
        st.header("What it is", anchor=False)
        st.markdown(theme.md(model.description) or "Nobody has described this model yet.")
        if version.change_note:
            st.markdown(f"**New in version {version.version}:** {theme.md(version.change_note)}")
        st.markdown(f"**{theme.md(model.materiality.words)}:** {theme.md(model.materiality_reason)}")
        st.caption(
            " · ".join([version.task.words, model.regulatory_class.words, *(theme.md(tag) for tag in model.tags)])
        )
        due = f" · to be looked at again by {theme.day(model.next_review_at)}" if model.next_review_at else ""
        st.caption(f"{theme.md(owner)} answers for it{due}")
        change_buttons(here, model)
    with right, st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header("What can be rebuilt", anchor=False)
            words, colour = ("Complete", "green") if not missing else ("Incomplete", "orange")
            st.markdown(theme.label(words, colour), width="content")
        if missing:
            st.markdown(f"Missing: {', '.join(missing)}.")
        st.table(
            pd.DataFrame(_parts(version), columns=["Part", "Recorded"]),
            border="horizontal",
            hide_index=True,
            hide_header=True,
            alt="What is recorded for rebuilding this version",
        )


def _parts(version: ModelVersion) -> list[tuple[str, str]]:
    size = f"{theme.count(version.artifact_size)} bytes" if version.artifact_size is not None else "–"
    data = ", ".join(theme.fingerprint(found) for found in version.data_digests) or "–"
    return [
        ("Artifact", theme.fingerprint(version.artifact_sha256)),
        ("Size", size),
        ("Where it lies", theme.md(version.artifact_uri) or "–"),
        ("Code", theme.md(version.code_ref) or "–"),
        ("Training data", data),
        ("Environment", theme.md(_shortened(version.environment_ref)) or "–"),
        ("Seed", "–" if version.seed is None else str(version.seed)),
    ]


def _shortened(reference: str | None) -> str | None:
    if reference and reference.startswith("sha256:"):
        return f"{reference[:15]}…{reference[-4:]}"
    return reference


def stage_history(here: Visit, version: ModelVersion) -> None:
    """Draw every stage that the version stood in, with the request that moved it."""
    with here.store.reading() as session:
        steps = queries.history(session, version.key)
        by = people.names(session, [version.registered_by])
    for step in reversed(steps):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"row-step-{step.id}"):
            st.markdown(theme.badge(step.stage), width=100)
            st.markdown(f":small[{theme.moment(step.at, here.zone)}]", width=150)
            if step.request:
                links.to_request(step.request, int(step.request.removeprefix("REQ-")))
            elif step.stage is Stage.DEVELOPMENT:
                st.caption(f"registered by {theme.md(by.get(version.registered_by, 'somebody'))}", width="content")
