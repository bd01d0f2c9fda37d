"""Changing what a model says of itself, and judging it anew: the two dialogs of its summary."""

from datetime import UTC, date, datetime, time

import streamlit as st

from app import theme
from app.components import question
from app.components.refusal import attempt
from app.theme import md
from app.visit import Visit
from core.access import queries as people
from core.access.permission import Permission
from core.access.queries import PersonFilter
from core.registry.describing import Description, describe_model, must_stand
from core.registry.judging import LONGEST_REASON, judge
from core.registry.materiality import Exposure, Purpose, RegulatoryClass, assess
from core.registry.model import RegisteredModel

_DESCRIBE, _JUDGE = "describe model", "judge model"


def change_buttons(here: Visit, model: RegisteredModel) -> None:
    """Draw the buttons that open the dialogs, to those who may, and the dialog that is open."""
    with st.container(horizontal=True, gap="small"):
        if here.may(Permission.DESCRIBE_MODEL, model.scope):
            _button("Edit", ":material/edit:", _DESCRIBE, model)
        if here.may(Permission.CLASSIFY_MODEL, model.scope):
            _button("Judge anew", ":material/balance:", _JUDGE, model)
    if seen := question.asked(_DESCRIBE, RegisteredModel):
        _describe(here, seen)
    if seen := question.asked(_JUDGE, RegisteredModel):
        _judge(here, seen)


def _button(words: str, icon: str, name: str, model: RegisteredModel) -> None:
    st.button(words, icon=icon, type="tertiary", key=name.replace(" ", "-"), on_click=question.ask, args=(name, model))


@st.dialog("What it is", width="medium", on_dismiss=question.answered)
def _describe(here: Visit, seen: RegisteredModel) -> None:
    with here.store.reading() as session:
        everybody = {one.id: one.name for one in people.people(session, size=200, only=PersonFilter(active=True)).items}
        everybody |= people.names(session, [seen.owner_id])
    with st.form("describe-model-form", border=False):
        name = st.text_input("Name", seen.name, max_chars=120, key="change-name")
        words = st.text_area(
            "A few sentences about it", seen.description, max_chars=2000, height=120, key="change-description"
        )
        tags = st.text_input("Tags", ", ".join(seen.tags), help="Short words to find it by.", key="change-tags")
        owner = st.selectbox(
            "Who answers for it",
            list(everybody),
            index=list(everybody).index(seen.owner_id),
            format_func=everybody.__getitem__,
            key="change-owner",
        )
        due = seen.next_review_at.date() if seen.next_review_at else None
        review = st.date_input("Next review", due, key="change-review")
        sent = st.form_submit_button("Save", type="primary", key="change-save")
    if sent:
        said = Description(name, words, tags.split(","), _midnight(review, but=due), owner)
        with attempt():
            with here.store.transaction(here.actor) as tx:
                must_stand(tx, seen)
                describe_model(tx, seen.slug, said)
            question.answered()
            st.rerun()


@st.dialog("Judge this model anew", width="medium", on_dismiss=question.answered)
def _judge(here: Visit, seen: RegisteredModel) -> None:
    purpose = st.radio(
        "What its answer is used for",
        [*Purpose],
        index=list(Purpose).index(seen.purpose),
        format_func=lambda one: _sentence(one.words),
        key="judge-purpose",
    )
    exposure = st.radio(
        "How much it touches",
        [*Exposure],
        index=list(Exposure).index(seen.exposure),
        format_func=lambda one: _sentence(one.words),
        key="judge-exposure",
    )
    moved = (purpose, exposure) != (seen.purpose, seen.exposure)
    judged = assess(exposure, purpose)
    tier, why = (judged.tier, judged.reason) if moved else (seen.materiality, seen.materiality_reason)
    st.markdown(f"{theme.badge(tier)} {md(why)}")
    regulatory = st.selectbox(
        "Regulatory class",
        [*RegulatoryClass],
        index=list(RegulatoryClass).index(seen.regulatory_class),
        format_func=lambda one: one.words,
        key="judge-class",
    )
    reason = st.text_area("Why", max_chars=LONGEST_REASON, height=80, key="judge-reason")
    st.caption("Materiality decides which policy governs the model, also for requests that are open.")
    same = not moved and regulatory is seen.regulatory_class
    if st.button(
        "Judge it so", type="primary", disabled=same, help="Nothing is judged otherwise yet." if same else None
    ):
        with attempt():
            with here.store.transaction(here.actor) as tx:
                must_stand(tx, seen)
                judge(
                    tx,
                    seen.slug,
                    exposure=exposure if moved else None,
                    purpose=purpose if moved else None,
                    regulatory_class=regulatory,
                    reason=reason,
                )
            question.answered()
            st.rerun()


def _midnight(day: date | None, but: date | None) -> datetime | None:
    """Return the moment a day begins; None where it was left as it is."""
    return datetime.combine(day, time(), UTC) if day and day != but else None


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
