"""The review page put together: head, meaning, tabs, and the bar with the buttons at its foot."""

from collections.abc import Callable

import streamlit as st

from app import theme
from app.components import links
from app.components.comparison import comparison_view
from app.components.gate_checklist import gate_checklist
from app.components.lineage import lineage_tab
from app.components.request_dialog import own_request_buttons
from app.components.review.case import Case, read
from app.components.review.changes import changes
from app.components.review.deciding import decision_bar
from app.components.review.exceptions import exceptions
from app.components.review.head import head, meaning, seats, steps
from app.components.review.pinned import pinned
from app.components.review.reading import card
from app.components.review.talk import discussion, problems
from app.visit import Visit

Draw = Callable[[Visit, Case], None]


def review_page(here: Visit, request_id: int) -> None:
    """Draw one request.

    Raises:
        NotFoundError: there is none with this number.
    """
    case = read(here, request_id)
    head(here, case)
    with st.container(gap="xsmall", key="review-progress"):
        steps(case)
        seats(case)
    meaning(case)
    names = _names(case)
    drawn = st.tabs(list(names), key=f"review-tab-{request_id}", on_change="rerun")
    for tab, draw in zip(drawn, names.values(), strict=True):
        if tab.open:
            with tab, st.container(key="review-tab", gap="small"):
                draw(here, case)
    own_request_buttons(here, case.standing)
    decision_bar(here, case)


def _names(case: Case) -> dict[str, Draw]:
    """The tabs, with a number where it says whether one has to look."""
    gate = case.dossier.gate
    blocking = f" ({len(gate.blocking)} not met)" if gate and gate.blocking else ""
    mine = case.mine
    changed = f" ({len(mine.changes)} since you signed)" if mine and mine.changes else ""
    open_ones = sum(not one.state.closed for one in case.findings)
    return {
        f"Checks{blocking}": _checks,
        f"What changed{changed}": changes,
        "Comparison": _comparison,
        "Card": card,
        "Lineage": _lineage,
        "What you sign": lambda _here, shown: pinned(shown),
        f"Discussion ({len(case.said) + 1})": discussion,
        f"Findings ({open_ones} open)" if open_ones else "Findings": problems,
    }


def _checks(here: Visit, case: Case) -> None:
    standing, gate = case.standing, case.dossier.gate
    if gate is None:
        st.markdown(
            f"A {standing.request.kind.words} takes no checks of a policy: it has to be quick. It takes the signatures "
            "above, and is looked at afterwards."
        )
        for obstacle in case.dossier.obstacles:
            st.markdown(f":red[:material/block:] {theme.md(obstacle)}")
        return
    if standing.policy is not None and standing.request.policy not in {"", standing.policy.label}:
        st.caption(
            f"It was asked under {theme.md(standing.request.policy)}; {theme.md(standing.policy.label)} governs now."
        )
    gate_checklist(gate, model=standing.model.slug, version=standing.version.version)
    exceptions(here, case)
    if standing.policy is not None:
        links.link("policies", f":small[The policy: {theme.md(standing.policy.label)}]", policy=standing.policy.name)


def _comparison(here: Visit, case: Case) -> None:
    comparison_view(here, case.standing.model, case.standing.version)


def _lineage(here: Visit, case: Case) -> None:
    lineage_tab(here, case.standing.version)
