"""Signing a review of access: what is said, and a fresh proof of who says it."""

from collections.abc import Callable

import streamlit as st

from app.components import proving, question
from app.components.refusal import refusal
from app.theme import md
from app.visit import Visit
from core.access import proof
from core.access.proof import Proof
from core.compliance.access_review import actions
from core.compliance.access_review.document import statement
from core.compliance.access_review.review import AccessReview
from core.errors import GovernanceError

_SIGN = ":material/verified:"


@st.dialog("Sign the review of access", width="medium", on_dismiss=question.answered)
def sign_dialog(here: Visit, review: AccessReview) -> None:
    """Show the sentence, ask for a fresh proof of identity, and sign."""
    rulings = [mark.ruling for mark in review.ruled.values()]
    with st.container(border=True, gap="xxsmall", key="statement"):
        st.markdown(":small[:gray[You sign:]]")
        st.markdown(f"“{md(statement(review, rulings))}”")
    if review.ruled.get(here.person.key):
        st.caption("Your own account is among them; the record marks that line as one about yourself.")
    wanted = actions.purpose(review.address, review.digest)
    errand = proving.waiting(here, review.address)
    shown = proving.proof_of(here, errand)
    if shown is not None and errand is not None and errand.purpose == wanted:
        proving.proved(here)
        if st.button("Sign", type="primary", icon=_SIGN, key="review-sign"):
            _hand_in(here, review, lambda: shown)
        return
    if errand is not None and errand.refusal:
        refusal(errand.refusal)
    with st.form("sign-review-form", border=False):
        password = proving.ask(here, "review-password")
        st.caption("What is signed stays as it is.")
        sent = st.form_submit_button(proving.button(here, "Sign"), type="primary", icon=_SIGN, key="review-sign")
    if sent and proving.by_password(here):
        _hand_in(here, review, lambda: proof.prove(here.store, here.person, password))
    elif sent:
        try:
            proving.set_out(here, wanted, review.address, f"/people?tab=reviews&review={review.address}", {})
        except GovernanceError as refused:
            refusal(refused)


def reopen(here: Visit, review: AccessReview) -> None:
    """Open the dialog again for somebody who is just back from their identity provider."""
    if proving.came_back(here, review.address):
        question.ask("sign access review", review.key)


def _hand_in(here: Visit, review: AccessReview, prove: Callable[[], Proof]) -> None:
    try:
        shown = prove()
        with here.store.transaction(here.actor) as tx:
            actions.sign(tx, review.key, review.digest, shown)
    except GovernanceError as refused:
        refusal(refused)
        return
    question.answered()
    st.toast(f"{review.address} is signed and on record.", icon=_SIGN)
    st.rerun()
