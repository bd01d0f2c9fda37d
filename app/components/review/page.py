"""The review page put together: head, meaning, tabs, and the bar with the buttons at its foot."""

from collections.abc import Callable, Iterable

import streamlit as st

from app import theme
from app.components import links
from app.components.comparison import Then, comparison_view
from app.components.gate_checklist import gate_checklist
from app.components.lineage import lineage_tab
from app.components.review.case import Case, read
from app.components.review.changes import changes
from app.components.review.deciding import decision_bar
from app.components.review.exceptions import exceptions
from app.components.review.head import head, meaning, seats, steps
from app.components.review.pinned import pinned
from app.components.review.reading import card
from app.components.review.talk import discussion, problems
from app.visit import Visit
from core.approvals.decided import Decided
from core.approvals.states import RequestState
from core.registry import queries as registry

_ENDS = {RequestState.WITHDRAWN: "was withdrawn", RequestState.EXPIRED: "expired"}

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
    key = f"review-tab-{request_id}"
    _stay_on_tab(key, names)
    drawn = st.tabs(list(names), key=key, on_change="rerun")
    for tab, draw in zip(drawn, names.values(), strict=True):
        if tab.open:
            with tab, st.container(key="review-tab", gap="small"):
                draw(here, case)
    decision_bar(here, case)


def _stay_on_tab(key: str, names: Iterable[str]) -> None:
    """Keep the open tab when the number behind its name changed."""
    opened = st.session_state.get(key)
    if isinstance(opened, str) and opened not in names:
        same = [name for name in names if name.partition(" (")[0] == opened.partition(" (")[0]]
        st.session_state[key] = same[0] if same else next(iter(names))


def _names(case: Case) -> dict[str, Draw]:
    """The tabs, with a number where it says whether one has to look."""
    gate = case.dossier.gate
    blocking = f" ({len(gate.blocking)} required not met)" if gate and gate.blocking else ""
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
    standing, gate, decided = case.standing, case.dossier.gate, case.dossier.decided
    if not standing.state.undecided and decided is None:
        st.markdown("It ended without a decision, and what the checks said then was not kept.")
        return
    if gate is None:
        st.markdown(
            f"A {standing.request.kind.words} takes no checks of a policy: it has to be quick. It takes the signatures "
            "above, and is looked at afterwards."
        )
        for obstacle in case.dossier.obstacles:
            st.markdown(f":red[:material/block:] {theme.md(obstacle)}")
        return
    if decided is not None:
        st.caption(_as_they_stood(here, decided, standing.state))
    elif standing.policy is not None and standing.request.policy not in {"", standing.policy.label}:
        st.caption(
            f"It was asked under {theme.md(standing.request.policy)}; {theme.md(standing.policy.label)} governs now."
        )
    gate_checklist(gate, model=standing.model.slug, version=standing.version.version)
    exceptions(here, case)
    if standing.policy is not None:
        links.link("policies", f":small[The policy: {theme.md(standing.policy.label)}]", name=standing.policy.name)


def _comparison(here: Visit, case: Case) -> None:
    standing, decided = case.standing, case.dossier.decided
    then = None
    if decided is not None:
        st.caption(_as_they_stood(here, decided, standing.state))
        with here.store.reading() as session:
            held = decided.champion
            champion = registry.version(session, standing.model.slug, held.version) if held else None
        then = Then(decided.at, champion, standing.policy)
    comparison_view(here, standing.model, standing.version, then)


def _as_they_stood(here: Visit, decided: Decided, state: RequestState) -> str:
    """Say of which moment the checks are, under which policy and against which version."""
    policy = f", under {theme.md(decided.policy.label)}" if decided.policy else ""
    champion = f", against version {decided.champion.version} in charge" if decided.champion else ""
    end = _ENDS.get(state, "was decided")
    return f"As they stood on {theme.moment(decided.at, here.zone)}, when it {end}{policy}{champion}."


def _lineage(here: Visit, case: Case) -> None:
    lineage_tab(here, case.standing.version)
