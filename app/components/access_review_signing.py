"""Signing a review of access: what is said, and a fresh proof of who says it."""

import streamlit as st

from app.components import question
from app.components.refusal import refusal
from app.theme import md
from app.visit import Visit
from core.access import proof
from core.access.personas import PERSONAS
from core.compliance.access_review import actions
from core.compliance.access_review.document import statement
from core.compliance.access_review.review import AccessReview
from core.errors import GovernanceError

_PASSWORDS = {persona.username: persona.password for persona in PERSONAS}


@st.dialog("Sign the review of access", width="medium", on_dismiss=question.answered)
def sign_dialog(here: Visit, review: AccessReview) -> None:
    """Show the sentence, ask for the password, and sign."""
    rulings = [mark.ruling for mark in review.ruled.values()]
    with st.container(border=True, gap="xxsmall", key="statement"):
        st.markdown(":small[:gray[You sign:]]")
        st.markdown(f"“{md(statement(review, rulings))}”")
    if review.ruled.get(here.person.key):
        st.caption("Your own account is among them; the record marks that line as one about yourself.")
    with st.form("sign-review-form", border=False):
        password = st.text_input(
            "Your password", type="password", autocomplete="current-password", key="review-password"
        )
        known = here.demo and _PASSWORDS.get(here.person.username)
        hint = f" In this demo it is `{known}`." if known else ""
        st.caption(f"Having signed in earlier is not enough.{hint} What is signed stays as it is.")
        sent = st.form_submit_button("Sign", type="primary", icon=":material/verified:", key="review-sign")
    if not sent:
        return
    try:
        shown = proof.prove(here.store, here.person, password)
        with here.store.transaction(here.actor) as tx:
            actions.sign(tx, review.key, review.digest, shown)
    except GovernanceError as refused:
        refusal(refused)
        return
    question.answered()
    st.toast(f"{review.address} is signed and on record.", icon=":material/verified:")
    st.rerun()
