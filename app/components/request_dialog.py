"""Asking for a transition, answering questions about it, taking it back."""

from collections.abc import Sequence

import streamlit as st

from app import theme
from app.components import links, question
from app.components.refusal import attempt
from app.visit import Visit
from core.access.permission import Permission
from core.approvals import actions
from core.approvals.applying import approved_before
from core.approvals.request import TransitionRequest
from core.approvals.route import targets
from core.approvals.standing import Standing
from core.approvals.states import WAITING, RequestState
from core.registry import queries as registry
from core.registry.model import RegisteredModel
from core.registry.stage import Stage
from core.registry.version import ModelVersion

_MEANS = {
    Stage.STAGING: "Tried beside what is in production.",
    Stage.PRODUCTION: "Approved to be deployed; it takes the place of the version in production.",
    Stage.DEVELOPMENT: "Back to its developers.",
    Stage.ARCHIVED: "Taken out for good.",
}


def ask_button(here: Visit, model: RegisteredModel, version: ModelVersion) -> None:
    """Draw the button that asks for a transition, for whoever may ask."""
    if here.may(Permission.OPEN_REQUEST, model.scope):
        st.button(
            "Ask for a transition",
            icon=":material/send:",
            type="primary",
            key=f"ask-{version.key}",
            on_click=question.ask,
            args=("transition", version.key),
        )
    if question.asked("transition", int) == version.key:
        request_dialog(here, version)


@st.dialog("Ask for a transition", width="medium", on_dismiss=question.answered)
def request_dialog(here: Visit, version: ModelVersion) -> None:
    """Ask where a version should go and why; leads to the new request."""
    with here.store.reading() as session:
        model = registry.model_by_id(session, version.model_id)
        current = registry.version_by_id(session, version.key)
        champion = registry.champion(session, model.key)
        returns = current.stage is Stage.ARCHIVED and approved_before(session, current.key) is not None
    ways = _likely_first(targets(current.stage))
    st.markdown(f"**{theme.md(model.name)}, version {version.version}** {theme.badge(current.stage)}")
    with st.form("ask", border=False):
        target = st.radio(
            "Where to",
            ways,
            format_func=lambda stage: stage.value.capitalize(),
            captions=[_MEANS[stage] for stage in ways],
            key="ask-target",
        )
        if champion is not None and champion.id != version.id:
            st.caption(f"Version {champion.version} is in production now; reviewers see both side by side.")
        if returns:
            st.caption(
                "It was approved for production before, so going back there is a rollback: one technical reviewer "
                "signs, and it is looked at afterwards."
            )
        comment = st.text_area(
            "What the reviewers should know",
            placeholder="What is new, what you are unsure about, what you want them to look at",
            max_chars=actions.COMMENT_LIMIT,
            height=110,
            key="ask-comment",
        )
        st.caption("It may be asked while checks are not met yet: the request shows what is missing and who clears it.")
        sent = st.form_submit_button("Ask", type="primary", icon=":material/send:", key="ask-send")
    if sent and target is not None:
        with attempt():
            with here.store.transaction(here.actor) as tx:
                request = actions.open_request(tx, registry.version_by_id(tx.session, version.key), target, comment)
            question.answered()
            links.go("inbox", request=request.address)


def own_request_buttons(here: Visit, standing: Standing) -> None:
    """Draw what its opener can do: answer, or take it back."""
    request = standing.request
    answers = standing.state is RequestState.CHANGES_REQUESTED and here.may(
        Permission.OPEN_REQUEST, standing.model.scope
    )
    with st.container(horizontal=True, gap="small", width="content"):
        if answers:
            st.button(
                "Answer and submit again",
                type="primary",
                icon=":material/reply:",
                key=f"answer-{request.key}",
                on_click=question.ask,
                args=("answer", request.key),
            )
        if standing.state in WAITING and request.opened_by == here.person.key:
            st.button(
                "Withdraw",
                type="tertiary",
                icon=":material/undo:",
                key=f"withdraw-{request.key}",
                on_click=question.ask,
                args=("withdraw", request.key),
            )
    if question.asked("answer", int) == request.key:
        _answer(here, request, standing.named)
    if question.asked("withdraw", int) == request.key:
        _withdraw(here, request, standing.named)


@st.dialog("Answer and submit again", width="medium", on_dismiss=question.answered)
def _answer(here: Visit, request: TransitionRequest, title: str) -> None:
    st.caption(f"{theme.md(title)}: the reviewers are asked again, and sign everything as it stands now.")
    with st.form("answer", border=False):
        words = st.text_area(
            "What you changed, or why nothing has to change",
            max_chars=actions.COMMENT_LIMIT,
            height=110,
            key="answer-words",
        )
        sent = st.form_submit_button("Submit again", type="primary", icon=":material/reply:")
    if sent:
        with attempt():
            with here.store.transaction(here.actor) as tx:
                actions.resubmit(tx, request.key, words)
            question.answered()
            st.rerun()


@st.dialog("Withdraw the request", width="small", on_dismiss=question.answered)
def _withdraw(here: Visit, request: TransitionRequest, title: str) -> None:
    st.markdown(f"{theme.md(title)} will not be decided. What was said stays on record.")
    with st.form("withdraw", border=False):
        words = st.text_area("Why (optional)", max_chars=actions.COMMENT_LIMIT, height=80, key="withdraw-words")
        sent = st.form_submit_button("Withdraw", type="primary", icon=":material/undo:")
    if sent:
        with attempt():
            with here.store.transaction(here.actor) as tx:
                actions.withdraw(tx, request.key, words)
            question.answered()
            st.rerun()


def _likely_first(ways: Sequence[Stage]) -> list[Stage]:
    order = (Stage.PRODUCTION, Stage.STAGING, Stage.DEVELOPMENT, Stage.ARCHIVED)
    return [stage for stage in order if stage in ways]
