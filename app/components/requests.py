"""The requests about one version, newest first."""

import streamlit as st

from app import theme
from app.components import links
from app.components.pager import pager, turned_to
from app.visit import Visit
from core.approvals import lists
from core.approvals.lists import RequestFilter
from core.registry.model import RegisteredModel
from core.registry.version import ModelVersion


def requests_of(here: Visit, model: RegisteredModel, version: ModelVersion) -> None:
    """Draw what was asked for a version and what became of it."""
    with here.store.reading() as session:
        found = lists.requests(session, RequestFilter(version_id=version.key), here.now, turned_to("requests-page"))
    if not found.items:
        st.info(
            f"Nobody has asked for {theme.md(model.name)} v{version.version} to move. Ask for a promotion above, "
            f"or from a pipeline with `signoff request {model.slug}@{version.version} --stage production`.",
            icon=":material/approval:",
        )
        return
    for line in found.items:
        with st.container(gap="xxsmall", key=f"row-request-{line.id}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                links.to_request(f"**{line.address}** · {theme.md(line.named)}", line.id)
                st.markdown(theme.badge(line.state), width="content")
            decided = f" · decided {theme.moment(line.decided_at, here.zone)}" if line.decided_at else ""
            waiting = f" · waits for {', '.join(role.words.lower() for role in line.wanted)}" if line.wanted else ""
            st.caption(
                f"asked by {theme.md(line.opened_by)}, {theme.moment(line.opened_at, here.zone)}{decided}{waiting}"
            )
    pager(found, "requests-page", "requests")
