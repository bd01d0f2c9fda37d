"""Models: what is registered, who answers for it, and which version is in charge."""

import streamlit as st

from app import theme, visit
from app.components import links
from app.components.pager import pager, turned_to
from app.components.registration import model_dialog
from core.access.permission import Permission
from core.registry import queries
from core.registry.materiality import RiskTier
from core.registry.queries import ModelLine
from core.registry.searching import ModelFilter


def line(model: ModelLine) -> None:
    """Draw one model: its name as the way in, and what one wants to know before opening it."""
    with st.container(gap="xxsmall", key=f"row-{model.slug}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            links.to_model(f"**{theme.md(model.name)}**", model.slug)
            st.markdown(theme.badge(model.materiality), width="content")
            if model.champion is not None:
                st.markdown(theme.label(f"v{model.champion} in production", "green"), width="content")
        newest = f"newest version {model.newest}" if model.newest else "no version yet"
        due = f" · next review {theme.day(model.next_review_at, here.zone)}" if model.next_review_at else ""
        st.caption(f"{theme.md(model.use_case)} · owned by {theme.md(model.owner)} · {newest}{due}")


here = visit.current()

with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    with st.container(gap="xxsmall", width="content"):
        st.title("Models", anchor=False)
        st.caption("Every model line, who answers for it, and which version is in charge.")
    if here.may(Permission.REGISTER_MODEL) and st.button(
        "Register a model", type="primary", icon=":material/add:", key="register"
    ):
        model_dialog(here)

with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
    text = st.text_input("Find a model", type="search", placeholder="Name", key="find", bind="query-params", width=320)
    tier = st.segmented_control(
        "Materiality", list(RiskTier), format_func=lambda t: t.value.capitalize(), key="tier", bind="query-params"
    )
    live = st.toggle("Only in production", key="live", bind="query-params")

with here.store.reading() as session:
    found = queries.models(session, ModelFilter(text=text, tier=tier, in_production=live), turned_to("page"))

if not found.items and (text or tier or live):
    st.info("No model matches. Take a filter away to see more.", icon=":material/search_off:")
elif not found.items:
    st.info(
        "Nothing is registered yet. Register a model here, or from a pipeline with `signoff register`.",
        icon=":material/deployed_code:",
    )
else:
    with st.container(border=True, gap="small", key="model-list"):
        for model in found.items:
            line(model)
    pager(found, "page", "models")
