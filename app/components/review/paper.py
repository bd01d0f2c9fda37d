"""The paper that lies before somebody who is about to sign: what they sign, their own words, and who they are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from app import theme
from app.components import proving, question
from app.components.refusal import refusal
from app.visit import Visit
from core.access import proof
from core.access.errand import Errand
from core.access.person import ReviewRole
from core.access.proof import Proof
from core.approvals.proving import purpose_of
from core.approvals.review import Opinion, ReviewDecision, check
from core.approvals.signing import submit_review
from core.approvals.standing import Standing
from core.approvals.states import RequestState
from core.digest import Digest
from core.errors import ConflictError, GovernanceError

VERB: Final = {
    ReviewDecision.APPROVE: "Approve",
    ReviewDecision.REQUEST_CHANGES: "Ask for changes",
    ReviewDecision.REJECT: "Reject",
}
ICON: Final = {
    ReviewDecision.APPROVE: ":material/verified:",
    ReviewDecision.REQUEST_CHANGES: ":material/edit_note:",
    ReviewDecision.REJECT: ":material/block:",
}


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

    @property
    def validates(self) -> bool:
        """Whether an opinion is asked for."""
        return ReviewRole.RISK_REVIEWER in self.roles

    @property
    def statement(self) -> str:
        """The sentence that is signed."""
        return self.standing.statement(self.decision)


@dataclass(frozen=True, slots=True)
class Words:
    """What a reviewer typed beside the sentence that is signed."""

    comment: str = ""
    opinion: Opinion | None = None

    def purpose(self, paper: Paper) -> Digest:
        """Name the one decision that a proof would be for."""
        request, seen = paper.standing.request.key, paper.standing.digest
        return purpose_of(request, paper.decision, seen, paper.statement, comment=self.comment, opinion=self.opinion)


def sign(here: Visit, paper: Paper) -> None:
    """Ask for everything a decision needs, and hand it in."""
    as_whom = ", ".join(role.words.lower() for role in ReviewRole if role in paper.roles)
    with st.container(border=True, gap="xxsmall", key="statement"):
        st.markdown(f":small[:gray[You sign as {as_whom}:]]")
        st.markdown(f"“{theme.md(paper.statement)}”")
    errand = proving.waiting(here, paper.standing.request.address)
    typed = _typed(errand, paper)
    shown = proving.proof_of(here, errand)
    if shown is not None and errand is not None and typed.purpose(paper) == errand.purpose and not _changing(errand):
        _proved(here, paper, typed, errand, shown)
        return
    if errand is not None and errand.refusal and errand.typed.get("decision") == paper.decision:
        refusal(errand.refusal)
    _form(here, paper, typed)


def typed_before(errand: Errand) -> tuple[ReviewDecision, str]:
    """Return which decision somebody set out to prove, and the fingerprint of what they were looking at."""
    return ReviewDecision(errand.typed["decision"]), errand.typed["seen"]


def _typed(errand: Errand | None, paper: Paper) -> Words:
    if errand is None or errand.typed.get("decision") != paper.decision:
        return Words()
    opinion = errand.typed.get("opinion")
    return Words(errand.typed.get("comment", ""), Opinion(opinion) if opinion and paper.validates else None)


def _form(here: Visit, paper: Paper, before: Words) -> None:
    with st.form("sign", border=False):
        opinion = _opinion(paper, before) if paper.validates else None
        wanted = {
            ReviewDecision.APPROVE: "Comment (conditions go here)" if paper.validates else "Comment (optional)",
            ReviewDecision.REQUEST_CHANGES: "What has to change",
            ReviewDecision.REJECT: "Why",
        }[paper.decision]
        comment = st.text_area(wanted, before.comment, max_chars=4000, height=90, key="sign-comment")
        password = proving.ask(here, "sign-password")
        sent = st.form_submit_button(
            proving.button(here, f"Sign and {VERB[paper.decision].lower()}"),
            type="primary",
            icon=proving.icon(here, ICON[paper.decision]),
            key="sign-send",
        )
    if not sent:
        return
    said = Words(comment.strip(), opinion)
    if proving.by_password(here):
        _hand_in(here, paper, said, lambda: proof.prove(here.store, here.person, password))
    else:
        _set_out(here, paper, said)


def _opinion(paper: Paper, before: Words) -> Opinion | None:
    choices = [o for o in Opinion if paper.decision is not ReviewDecision.APPROVE or o is not Opinion.NOT_FIT]
    return st.radio(
        "Your opinion as independent validator",
        choices,
        index=choices.index(before.opinion) if before.opinion in choices else None,
        format_func=lambda one: one.words.capitalize(),
        key="sign-opinion",
    )


def _set_out(here: Visit, paper: Paper, said: Words) -> None:
    """Lead to the provider, once the decision says enough; nobody makes that way for nothing."""
    address = paper.standing.request.address
    kept = {"decision": paper.decision.value, "seen": paper.standing.digest, "comment": said.comment}
    if said.opinion is not None:
        kept["opinion"] = said.opinion.value
    try:
        check(paper.decision, said.comment, said.opinion, validator=paper.validates)
        proving.set_out(here, said.purpose(paper), address, f"/inbox?request={address}", kept)
    except GovernanceError as refused:
        refusal(refused)


def _proved(here: Visit, paper: Paper, said: Words, errand: Errand, shown: Proof) -> None:
    """Show the very words that the proof was given for, and take the signature."""
    if said.opinion is not None:
        st.markdown(f"**Your opinion:** {said.opinion.words}")
    if said.comment:
        st.markdown(f"**Your words:** “{theme.md(said.comment, 4000)}”")
    proving.proved(here)
    with st.container(horizontal=True, gap="small"):
        sent = st.button(
            f"Sign and {VERB[paper.decision].lower()}", type="primary", icon=ICON[paper.decision], key="sign-proved"
        )
        st.button("Change my words", type="tertiary", key="sign-change", on_click=_change, args=(errand,))
    if sent:
        _hand_in(here, paper, said, lambda: shown)


def _change(errand: Errand) -> None:
    st.session_state["sign-changing"] = errand.id


def _changing(errand: Errand) -> bool:
    return st.session_state.get("sign-changing") == errand.id


def _hand_in(here: Visit, paper: Paper, said: Words, prove: Callable[[], Proof]) -> None:
    standing = paper.standing
    try:
        shown = prove()
        with here.store.transaction(here.actor) as tx:
            outcome = submit_review(
                tx,
                standing.request.key,
                paper.decision,
                standing.digest,
                shown,
                comment=said.comment,
                opinion=said.opinion,
                statement=paper.statement,
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
        return f"Signed. {theme.md(standing.named)} is applied and on record."
    if state is RequestState.OPEN:
        return "Signed and on record. It is applied when everybody it needs has signed."
    return f"Signed and on record: {state.words}."
