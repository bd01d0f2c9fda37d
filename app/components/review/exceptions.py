"""Accepting a check that is not met, as a risk reviewer without a hand in the version: with reason and end."""

from datetime import datetime, timedelta

import streamlit as st

from app import theme
from app.components import question
from app.components.refusal import attempt
from app.components.review.case import Case
from app.visit import Visit
from core.access import proof
from core.access.permission import Permission
from core.access.personas import PERSONAS
from core.approvals import findings
from core.approvals.states import WAITING
from core.policy.result import RuleResult
from core.policy.verdict import Verdict

_PASSWORDS = {persona.username: persona.password for persona in PERSONAS}


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
    wanted = question.asked("accept", RuleResult)
    if wanted is not None:
        _accept(here, case.standing.request.key, wanted)


@st.dialog("Accept a check that is not met", width="medium", on_dismiss=question.answered)
def _accept(here: Visit, request_id: int, result: RuleResult) -> None:
    allowed = result.rule.acceptable
    if allowed is None:
        return
    st.markdown(f"**{theme.md(result.rule.title)}**")
    st.markdown(theme.md(result.explanation))
    st.caption(
        "It stays visible as an exception on every page and in every report. It covers only the evidence you see now, "
        f"for at most {allowed.max_days} days."
    )
    with st.form("accept", border=False):
        reason = st.text_area(
            "Why the risk is borne, and what limits it", max_chars=4000, height=100, key="accept-reason"
        )
        last = (here.now + timedelta(days=allowed.max_days)).date()
        until = st.date_input(
            "Until", value=min(last, (here.now + timedelta(days=30)).date()), max_value=last, key="accept-until"
        )
        password = st.text_input(
            "Your password", type="password", autocomplete="current-password", key="accept-password"
        )
        if here.demo and here.person.username in _PASSWORDS:
            st.caption(f"In this demo it is `{_PASSWORDS[here.person.username]}`.")
        sent = st.form_submit_button("Sign and accept", type="primary", icon=":material/gavel:")
    if sent:
        with attempt():
            shown = proof.prove(here.store, here.person, password)
            end = datetime.combine(until, here.now.timetz()) if until else here.now
            with here.store.transaction(here.actor) as tx:
                findings.accept_rule(tx, request_id, result.rule.id, reason=reason, until=end, proof=shown)
            question.answered()
            st.rerun()
