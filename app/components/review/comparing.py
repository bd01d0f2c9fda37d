"""Head to head with the version in production, for whoever signs."""

import streamlit as st

from app import theme
from app.components import links
from app.components.review.case import Case
from app.visit import Visit
from core.evaluation import compare
from core.evaluation.compare import Comparison


def comparing(here: Visit, case: Case) -> None:
    """Draw every measure of both versions on the same cases."""
    standing = case.standing
    with here.store.reading() as session:
        found = compare.with_champion(session, here.store.blobs, standing.version)
    if not found:
        words = (
            "Nothing of this model is in production, so there is nothing to compare with."
            if case.champion is None
            else "The version in production was not measured on the same data. Upload its predictions for the same "
            "evaluation set to compare them."
        )
        st.info(words, icon=":material/compare:")
    for one in found:
        _one(one)
    links.to_model("All evaluations of this version", standing.model.slug, standing.version.version, "evaluations")


def _one(found: Comparison) -> None:
    st.markdown(f"**{theme.md(found.candidate.label)}**, {theme.count(found.shared)} shared cases")
    if found.unpaired:
        st.warning(theme.md(found.unpaired), icon=":material/help:")
        return
    st.table(
        {
            "Measure": [theme.md(one.metric.words) for one in found.differences],
            f"Version {found.champion_version}": [theme.number(one.champion) for one in found.differences],
            "This version": [theme.number(one.candidate) for one in found.differences],
            "Difference": [f"{one.difference:+.3f}" for one in found.differences],
            "95 % interval": [theme.interval(one.low, one.high) for one in found.differences],
            "Cases": [theme.count(one.n) for one in found.differences],
        },
        border="horizontal",
        hide_index=True,
        alt="Both versions on the same cases",
    )
    for warning in found.warnings:
        st.caption(f":material/info: {theme.md(warning)}")
