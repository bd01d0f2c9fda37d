"""Upload: predictions come in, numbers with intervals come out."""

import streamlit as st

from app import visit
from app.components import evaluation_sets, upload_steps
from app.components.heading import heading

here = visit.current()

with heading(
    "Upload results",
    "Predictions come in; every metric is computed again, with its interval and for every group.",
):
    pass

WAYS = {
    "For a model version": upload_steps.for_version,
    "Try your own file": upload_steps.try_out,
    "Evaluation sets": evaluation_sets.sets,
}
way = st.segmented_control(
    "What to bring", list(WAYS), default=next(iter(WAYS)), required=True, key="bring", label_visibility="collapsed",
    bind="query-params",
)  # fmt: skip
WAYS[way or next(iter(WAYS))](here)
