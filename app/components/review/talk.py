"""The discussion: what happened and what was said, a place to say more, and findings."""

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from app import theme
from app.components import question
from app.components.finding_form import finding_form
from app.components.findings import NONE, findings_list, raise_button
from app.components.refusal import attempt, refusal
from app.components.review.case import Case
from app.visit import Visit
from core.access.permission import Permission
from core.approvals import findings
from core.approvals.queries import Said
from core.approvals.review import ReviewDecision, Validity
from core.approvals.signing import submit_review
from core.approvals.states import WAITING, RequestState
from core.errors import GovernanceError

_ICON = {
    ReviewDecision.APPROVE: ("verified", "green"),
    ReviewDecision.REQUEST_CHANGES: ("edit_note", "orange"),
    ReviewDecision.REJECT: ("block", "red"),
    ReviewDecision.COMMENT: ("chat_bubble", "gray"),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the story of a request."""

    at: datetime
    icon: str
    colour: str
    what: str
    words: str = ""
    small: str = ""


def discussion(here: Visit, case: Case) -> None:
    """Draw the story of the request, oldest first, and a place to say more."""
    for moment in sorted(_story(case), key=lambda one: one.at):
        with st.container(horizontal=True, vertical_alignment="top", gap="small"):
            st.markdown(f":{moment.colour}[:material/{moment.icon}:]", width="content")
            with st.container(gap="xxsmall"):
                st.markdown(moment.what)
                if moment.words:
                    st.markdown(f"“{moment.words}”")
                st.caption(" · ".join(part for part in (theme.moment(moment.at, here.zone), moment.small) if part))
    if case.standing.state in WAITING and here.may(Permission.COMMENT, case.standing.model.scope):
        _say_more(here, case)


def problems(here: Visit, case: Case) -> None:
    """Draw the findings against the version, and a way to raise one."""
    if not case.findings:
        st.caption(NONE)
    findings_list(here, case.findings)
    request = case.standing.request
    raise_button(here, case.standing.model, request.key)
    if question.asked("finding", int) == request.key:
        _raise(here, case)


def _story(case: Case) -> list[Moment]:
    request = case.standing.request
    opener = theme.md(case.names.get(request.opened_by, ""))
    found = [Moment(request.opened_at, "send", "blue", f"**{opener}** asked for it", theme.md(case.comment))]
    worth = {signature.review.key: signature.validity for signature in case.standing.signatures}
    for said in case.said:
        found.append(_spoken(said, worth[said.id]))
        if said.staled_at is not None:
            changed = theme.md("; ".join(said.staled_by))
            found.append(
                Moment(
                    said.staled_at,
                    "history",
                    "orange",
                    f"Something changed since **{theme.md(said.person)}** signed: {changed}",
                )
            )
    if request.decided_at is not None:
        good = case.standing.state in {RequestState.APPLIED, RequestState.REVOKED}
        icon, colour = ("rocket_launch", "green") if good else ("lock", "gray")
        words = RequestState.APPLIED.words if good else case.standing.state.words
        found.append(Moment(request.decided_at, icon, colour, f"**{words.capitalize()}**", theme.md(request.reason)))
    return found


def _spoken(said: Said, worth: Validity) -> Moment:
    icon, colour = _ICON[said.decision]
    as_whom = f" as {', '.join(role.words.lower() for role in said.roles)}" if said.roles else ""
    opinion = f", {said.opinion.words}" if said.opinion else ""
    state = f" {theme.badge(worth)}" if said.decision.decides and worth is not Validity.CURRENT else ""
    proof = said.proof_method.words if said.proof_method else ""
    return Moment(
        said.at,
        icon,
        colour,
        f"**{theme.md(said.person)}** {said.decision.words}{as_whom}{opinion}{state}",
        theme.md(said.comment, 4000),
        proof,
    )


def _say_more(here: Visit, case: Case) -> None:
    request = case.standing.request
    with st.form(f"say-{request.key}", border=False, clear_on_submit=True):
        words = st.text_area("Say something", max_chars=4000, height=80, key=f"words-{request.key}")
        sent = st.form_submit_button("Comment", icon=":material/chat_bubble:")
    if sent:
        try:
            with here.store.transaction(here.actor) as tx:
                submit_review(tx, request.key, ReviewDecision.COMMENT, case.standing.digest, comment=words)
        except GovernanceError as refused:
            refusal(refused)
            return
        st.rerun()


@st.dialog("Raise a finding", width="medium", on_dismiss=question.answered)
def _raise(here: Visit, case: Case) -> None:
    request_id, model_owner = case.standing.request.key, case.standing.model.owner_id
    st.caption(f"Against {theme.md(case.standing.named)}.")
    if problem := finding_form(here, model_owner):
        with attempt():
            with here.store.transaction(here.actor) as tx:
                findings.raise_finding(tx, request_id, problem)
            question.answered()
            st.rerun()
