"""Accepting a check that is not met, as a risk reviewer without a hand in the version: with reason and end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import streamlit as st

from app import theme
from app.components import proving, question
from app.components.refusal import attempt, refusal
from app.components.review.case import Case
from app.visit import Visit
from core.access import proof
from core.access.errand import Errand
from core.access.permission import Permission
from core.access.proof import Proof
from core.approvals import findings
from core.approvals.request import TransitionRequest
from core.approvals.states import WAITING
from core.errors import InputError
from core.policy.result import RuleResult
from core.policy.verdict import Verdict


@dataclass(frozen=True, slots=True)
class _Words:
    """What a risk reviewer typed."""

    reason: str
    until: date

    def end(self, here: Visit) -> datetime:
        """When it ends, at this time of the day."""
        return datetime.combine(self.until, here.now.timetz())


def exceptions(here: Visit, case: Case) -> None:
    """Offer to accept each check that is not met, where the policy lets the visitor."""
    gate = case.dossier.gate
    may = here.may(Permission.ACCEPT_RULE, case.standing.model.scope) and not case.bars
    if gate is None or not may or case.standing.state not in WAITING:
        return
    open_ones = [
        one
        for one in gate.blocking
        if one.rule.acceptable is not None and one.verdict in {Verdict.UNSATISFIED, Verdict.NOT_MEASURED}
    ]
    for one in open_ones:
        st.button(
            f"Accept “{theme.md(one.rule.title)}” for a while",
            icon=":material/gavel:",
            type="tertiary",
            key=f"accept-{one.rule.id}",
            on_click=question.ask,
            args=("accept", one),
        )
        if proving.came_back(here, _about(case.standing.request, one)):
            question.ask("accept", one)
    wanted = question.asked("accept", RuleResult)
    if wanted is not None:
        _accept(here, case.standing.request, wanted)


@st.dialog("Accept a check that is not met", width="medium", on_dismiss=question.answered)
def _accept(here: Visit, request: TransitionRequest, result: RuleResult) -> None:
    allowed = result.rule.acceptable
    if allowed is None:
        return
    st.markdown(f"**{theme.md(result.rule.title)}**")
    st.markdown(theme.md(result.explanation))
    st.caption(
        "It stays visible as an exception on every page and in every report. It covers only the evidence you see now, "
        f"for at most {allowed.max_days} days."
    )
    errand = proving.waiting(here, _about(request, result))
    shown = proving.proof_of(here, errand)
    reason, until = _typed(here, errand, allowed.max_days)
    if shown is not None and errand is not None:
        _proved(here, request, result, _Words(reason, until), shown)
        return
    if errand is not None and errand.refusal:
        refusal(errand.refusal)
    with st.form("accept", border=False):
        reason = st.text_area(
            "Why the risk is borne, and what limits it", reason, max_chars=4000, height=100, key="accept-reason"
        )
        last = (here.now + timedelta(days=allowed.max_days)).date()
        chosen = st.date_input("Until", value=until, max_value=last, key="accept-until") or here.now.date()
        password = proving.ask(here, "accept-password")
        sent = st.form_submit_button(
            proving.button(here, "Sign and accept"),
            type="primary",
            icon=proving.icon(here, ":material/gavel:"),
            key="accept-send",
        )
    if not sent:
        return
    said = _Words(reason.strip(), chosen)
    with attempt():
        if proving.by_password(here):
            _hand_in(here, request, result, said, lambda: proof.prove(here.store, here.person, password))
        else:
            _set_out(here, request, result, said)


def _typed(here: Visit, errand: Errand | None, days: int) -> tuple[str, date]:
    """Return what was typed before setting out to the provider, or what the dialog begins with."""
    last = (here.now + timedelta(days=days)).date()
    kept = errand.typed if errand else {}
    until = date.fromisoformat(kept["until"]) if "until" in kept else (here.now + timedelta(days=30)).date()
    return kept.get("reason", ""), min(last, until)


def _set_out(here: Visit, request: TransitionRequest, result: RuleResult, said: _Words) -> None:
    if not said.reason:
        raise InputError("There is no reason.", "Say why the risk is borne, and what limits it.")
    wanted = findings.acceptance_of(request.key, result.rule.id, result.basis, said.reason, said.end(here))
    kept = {"reason": said.reason, "until": said.until.isoformat()}
    proving.set_out(here, wanted, _about(request, result), f"/inbox?request={request.address}", kept)


def _proved(here: Visit, request: TransitionRequest, result: RuleResult, said: _Words, shown: Proof) -> None:
    """Show the very words that the proof was given for, and take the signature."""
    st.markdown(f"**Your words:** “{theme.md(said.reason, 4000)}”")
    st.markdown(f"**Until:** {said.until.isoformat()}")
    proving.proved(here)
    if st.button("Sign and accept", type="primary", icon=":material/gavel:", key="accept-proved"):
        with attempt():
            _hand_in(here, request, result, said, lambda: shown)


def _hand_in(
    here: Visit, request: TransitionRequest, result: RuleResult, said: _Words, prove: Callable[[], Proof]
) -> None:
    shown = prove()
    with here.store.transaction(here.actor) as tx:
        findings.accept_rule(
            tx, request.key, result.rule.id, result.basis, reason=said.reason, until=said.end(here), proof=shown
        )
    question.answered()
    st.rerun()


def _about(request: TransitionRequest, result: RuleResult) -> str:
    return f"{request.address} {result.rule.id}"[:80]
