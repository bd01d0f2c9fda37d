"""Deciding: the bar with the buttons that lay out the paper to sign."""

import secrets

import streamlit as st

from app import theme
from app.components import proving, question
from app.components.request_dialog import own_request_buttons
from app.components.review.case import Case
from app.components.review.paper import ICON, VERB, Paper, sign, typed_before
from app.visit import Visit
from core.access.errand import Errand
from core.approvals.review import ReviewDecision, Validity
from core.approvals.separation import in_words
from core.approvals.states import RequestState


def decision_bar(here: Visit, case: Case) -> None:
    """Draw what stands in the way or what is wanted, and the buttons of a decision."""
    with (
        st.container(key="decision-bar"),
        st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"),
    ):
        st.markdown(f":small[{_where_it_stands(case)}]", width="stretch")
        if case.standing.state is RequestState.OPEN and case.roles and not case.bars:
            _buttons(here, case)
        own_request_buttons(here, case.standing)
    st.session_state[_shown(case)] = case.standing.digest


def _buttons(here: Visit, case: Case) -> None:
    request = case.standing.request
    obstacles, mine = case.dossier.obstacles, case.mine
    signed = mine is not None and mine.validity is Validity.CURRENT and mine.review.decision is ReviewDecision.APPROVE
    why = "You have signed exactly this." if signed else "Clear what stands in the way first."
    with st.container(horizontal=True, horizontal_alignment="right", width="content", gap="xsmall"):
        for decision in (ReviewDecision.REJECT, ReviewDecision.REQUEST_CHANGES, ReviewDecision.APPROVE):
            approves = decision is ReviewDecision.APPROVE
            closed = approves and (bool(obstacles) or signed)
            if st.button(
                VERB[decision],
                key=f"decide-{decision.value}-{request.key}",
                type="primary" if approves else "secondary",
                icon=ICON[decision] if approves else None,
                disabled=closed,
                help=why if closed else None,
            ):
                _lay_out(case, decision)
    if errand := proving.came_back(here, request.address):
        _lay_out_again(case, errand)
    paper = question.asked("sign", Paper)
    if paper is not None and paper.standing.request.key == request.key:
        words = f"{VERB[paper.decision]}: {paper.standing.named}"
        st.dialog(words, width="medium", on_dismiss=question.answered)(sign)(here, paper)
    elif question.asked("changed", int) == request.key:
        _changed_meanwhile()


def _lay_out(case: Case, decision: ReviewDecision) -> None:
    """Lay out the paper to sign, unless something changed between looking and clicking."""
    digest = case.standing.digest
    if st.session_state.get(_shown(case), digest) == digest:
        question.ask("sign", Paper(decision, case.standing, case.roles, secrets.token_hex(16)))
    else:
        question.ask("changed", case.standing.request.key)


def _lay_out_again(case: Case, errand: Errand) -> None:
    """Lay out the paper for somebody who is back from their provider, unless something changed meanwhile."""
    decision, seen = typed_before(errand)
    if seen == case.standing.digest:
        question.ask("sign", Paper(decision, case.standing, case.roles, secrets.token_hex(16)))
    else:
        question.ask("changed", case.standing.request.key)


def _shown(case: Case) -> str:
    """Where the session remembers what the visitor was looking at when a button was pressed."""
    return f"shown-{case.standing.request.key}"


@st.dialog("This changed while you were looking", width="small", on_dismiss=question.answered)
def _changed_meanwhile() -> None:
    st.markdown("Nothing was signed. The page behind this shows what stands there now, and **What changed** says what.")
    if st.button("Look again", icon=":material/refresh:", type="primary", key="look-again"):
        question.answered()
        st.rerun()


def _where_it_stands(case: Case) -> str:
    """Say in one line what is in the way, or what is wanted of whom."""
    standing, obstacles = case.standing, case.dossier.obstacles
    if not standing.state.undecided:
        reason = f": {theme.md(standing.request.reason)}" if standing.request.reason else ""
        later = f", by {standing.request.revoked_by}" if standing.request.revoked_by else ""
        return f":gray[:material/lock:] {standing.state.words.capitalize()}{later}{reason}."
    if standing.state is RequestState.CHANGES_REQUESTED:
        return ":orange[:material/edit_note:] Waits for an answer to the changes that were asked for."
    if obstacles:
        more = f" and {len(obstacles) - 2} more" if len(obstacles) > 2 else ""
        return f":red[:material/block:] In the way: {theme.md('; '.join(obstacles[:2]))}{more}."
    if case.bars:
        return f":gray[:material/info:] You {in_words(case.bars)}, so somebody else decides. You can comment."
    return _wanted(case)


def _wanted(case: Case) -> str:
    mine, standing = case.mine, case.standing
    if mine is not None and mine.validity is Validity.CURRENT:
        return f":green[:material/verified:] You {mine.review.decision.words} this, and it counts."
    if mine is not None and mine.validity is Validity.STALE:
        return ":orange[:material/history:] It changed since you signed: see What changed, then decide again."
    gate = case.dossier.gate
    met = "Everything is met or accepted." if gate and gate.overridden else "Everything is met."
    if case.wanted_of_me:
        roles = " or ".join(role.words.lower() for role in case.wanted_of_me)
        return f":blue[:material/draw:] {met} Your signature as {roles} is wanted."
    wanted = ", ".join(role.words.lower() for role in standing.quorum.wanted)
    return f":gray[:material/schedule:] {met} Wanted: {wanted}." if wanted else "Nothing is wanted."
