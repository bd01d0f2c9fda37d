"""Deciding: the bar with the buttons, and the dialog in which one signs."""

import secrets
from dataclasses import dataclass
from typing import Final

import streamlit as st

from app import theme
from app.components import question
from app.components.refusal import refusal
from app.components.request_dialog import own_request_buttons
from app.components.review.case import Case
from app.visit import Visit
from core.access import proof
from core.access.person import ReviewRole
from core.access.personas import PERSONAS
from core.approvals.review import Opinion, ReviewDecision, Validity
from core.approvals.separation import in_words
from core.approvals.signing import submit_review
from core.approvals.standing import Standing
from core.approvals.states import RequestState
from core.errors import ConflictError, GovernanceError

_VERB: Final = {
    ReviewDecision.APPROVE: "Approve",
    ReviewDecision.REQUEST_CHANGES: "Ask for changes",
    ReviewDecision.REJECT: "Reject",
}
_ICON: Final = {
    ReviewDecision.APPROVE: ":material/verified:",
    ReviewDecision.REQUEST_CHANGES: ":material/edit_note:",
    ReviewDecision.REJECT: ":material/block:",
}
_PASSWORDS: Final = {persona.username: persona.password for persona in PERSONAS}


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


@dataclass(frozen=True, slots=True)
class Paper:
    """What lies before somebody who is about to sign.

    Attributes:
        decision: what will be decided.
        standing: the request exactly as it was shown.
        roles: in which capacities the visitor signs.
        once: made up when the paper was laid out, so that two clicks are one signature.
    """

    decision: ReviewDecision
    standing: Standing
    roles: frozenset[ReviewRole]
    once: str


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
                _VERB[decision],
                key=f"decide-{decision.value}-{request.key}",
                type="primary" if approves else "secondary",
                icon=_ICON[decision] if approves else None,
                disabled=closed,
                help=why if closed else None,
            ):
                _lay_out(case, decision)
    paper = question.asked("sign", Paper)
    if paper is not None and paper.standing.request.key == request.key:
        words = f"{_VERB[paper.decision]}: {paper.standing.title}"
        st.dialog(words, width="medium", on_dismiss=question.answered)(_sign)(here, paper)
    elif question.asked("changed", int) == request.key:
        _changed_meanwhile()


def _lay_out(case: Case, decision: ReviewDecision) -> None:
    """Lay out the paper to sign, unless something changed between looking and clicking."""
    digest = case.standing.digest
    if st.session_state.get(_shown(case), digest) == digest:
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


def _sign(here: Visit, paper: Paper) -> None:
    """Ask for everything a decision needs, and hand it in."""
    decision, standing = paper.decision, paper.standing
    validates = ReviewRole.RISK_REVIEWER in paper.roles
    as_whom = ", ".join(role.words.lower() for role in ReviewRole if role in paper.roles)
    with st.container(border=True, gap="xxsmall", key="statement"):
        st.markdown(f":small[:gray[You sign as {as_whom}:]]")
        st.markdown(f"“{theme.md(standing.statement(decision))}”")
    with st.form("sign", border=False):
        opinion = None
        if validates:
            choices = [o for o in Opinion if decision is not ReviewDecision.APPROVE or o is not Opinion.NOT_FIT]
            opinion = st.radio(
                "Your opinion as independent validator",
                choices,
                index=None,
                format_func=lambda one: one.words.capitalize(),
                key="sign-opinion",
            )
        wanted = {
            ReviewDecision.APPROVE: "Comment (conditions go here)" if validates else "Comment (optional)",
            ReviewDecision.REQUEST_CHANGES: "What has to change",
            ReviewDecision.REJECT: "Why",
        }[decision]
        comment = st.text_area(wanted, max_chars=4000, height=90, key="sign-comment")
        password = st.text_input(
            "Your password",
            type="password",
            autocomplete="current-password",
            key="sign-password",
        )
        demo = here.demo and here.person.username in _PASSWORDS
        hint = f" In this demo it is `{_PASSWORDS[here.person.username]}`." if demo else ""
        st.caption(f"Asked at every decision: having signed in earlier is not enough.{hint}")
        sent = st.form_submit_button(
            f"Sign and {_VERB[decision].lower()}", type="primary", icon=_ICON[decision], key="sign-send"
        )
    if sent:
        _hand_in(here, paper, comment=comment, opinion=opinion, password=password)


def _hand_in(here: Visit, paper: Paper, *, comment: str, opinion: Opinion | None, password: str) -> None:
    standing = paper.standing
    try:
        shown = proof.prove(here.store, here.person, password)
        with here.store.transaction(here.actor) as tx:
            outcome = submit_review(
                tx,
                standing.request.key,
                paper.decision,
                standing.digest,
                shown,
                comment=comment,
                opinion=opinion,
                statement=standing.statement(paper.decision),
                once=paper.once,
            )
    except ConflictError as changed:
        refusal(changed)
        if st.button("Look again", icon=":material/refresh:", key="look-again"):
            question.answered()
            st.rerun()
        return
    except GovernanceError as refused:
        refusal(refused)
        return
    question.answered()
    st.toast(_told(standing, outcome.state), icon=":material/verified:", duration="long")
    st.rerun()


def _told(standing: Standing, state: RequestState) -> str:
    if state is RequestState.APPLIED:
        return f"Signed. {theme.md(standing.title)} is applied and on record."
    if state is RequestState.OPEN:
        return "Signed and on record. It is applied when everybody it needs has signed."
    return f"Signed and on record: {state.words}."


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
