"""Monitoring: what became of predictions in use, and whether inputs moved."""

import streamlit as st

from app import theme, visit
from app.components import links
from app.components.heading import heading
from app.components.monitoring import brief, monitoring_tab, opened
from app.components.pager import pager, turned_to
from app.components.picklist import Option, picklist
from core.monitoring import queries
from core.monitoring.queries import WatchedLine
from core.registry import queries as registry
from core.registry.address import reference

PAGE = 10


def option(line: WatchedLine) -> Option:
    """Say in two lines what is watched and what became of it."""
    with here.store.reading() as session:
        version = registry.version(session, line.slug, line.version)
        watch = queries.windows(session, here.store.blobs, version, here.now)
    until = f" · until {theme.day(line.last_at, here.zone)}" if line.last_at else ""
    return Option(
        id=f"{line.slug}@{line.version}",
        label=f"**{theme.md(line.name)}** v{line.version} {theme.badge(line.stage)} {brief(watch)}",
        caption=f"{theme.count(line.rows)} predictions logged, {line.cadence.words}{until}",
    )


here = visit.current()
with heading("Monitoring", "What became of predictions in use, and whether the inputs moved."):
    pass

with here.store.reading() as session:
    found = queries.watched(session, turned_to("page"), PAGE)

if not found.items:
    st.info(
        "Nothing is watched yet. Log predictions from where a version runs: `signoff log MODEL@VERSION FILE`; outcomes "
        "follow with `signoff labels MODEL FILE`.",
        icon=":material/monitoring:",
    )
    st.stop()

picked = picklist("Watched versions", [option(line) for line in found.items], "version")
pager(found, "page", "versions")
if picked is not None:
    model, version = opened(here, *reference(picked))
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header(f"{theme.md(model.name)}, version {version.version}", anchor=False, width="content")
        links.to_model("Open the version", model.slug, version.version)
    monitoring_tab(here, model, version)
