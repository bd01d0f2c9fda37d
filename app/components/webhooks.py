"""Webhooks: who else is told, and of what; adding one, trying it out, changing and removing it."""

import streamlit as st

from app import theme
from app.components import question
from app.components.refusal import attempt
from app.settings import settings
from app.visit import Visit
from app.worker.outlets import outlets
from core.access import queries as people
from core.errors import GovernanceError
from core.notifications import queries, webhook
from core.notifications.actions import Wanted, change_webhook, register_webhook, remove_webhook
from core.notifications.kind import Kind
from core.notifications.webhook import Webhook

WORDS = {
    Kind.REVIEW_ASKED: "Signatures are wanted",
    Kind.REVIEW_STALED: "Something changed since it was signed",
    Kind.REQUEST_DECIDED: "A request was decided",
    Kind.EXPIRING_SOON: "A request expires soon",
    Kind.FINDING_DUE: "A finding is due",
    Kind.ALERT_RAISED: "Monitoring raised an alert",
}
"""What a system is told, in words that are nobody's own."""

_ADDING, _CHANGING, _REMOVING, _SECRET = "add webhook", "change webhook", "remove webhook", "webhook-secret"


def webhooks_list(here: Visit) -> None:
    """Draw the webhooks that stand."""
    with here.store.reading() as session:
        found = queries.webhooks(session)
        names = people.names(session, [hook.created_by for hook in found])
    if not found:
        st.caption(
            "No other system is told yet. A webhook tells a chat, a pipeline or a ticket system what happened here."
        )
    for hook in found:
        with st.container(
            horizontal=True,
            vertical_alignment="center",
            horizontal_alignment="distribute",
            key=f"row-webhook-{hook.key}",
        ):
            with st.container(gap="xxsmall", width="content"):
                st.markdown(f"**{theme.md(hook.host)}** {theme.label(hook.address)}")
                told = ", ".join(WORDS[kind].lower() for kind in Kind if kind in hook.told)
                by = f"Added by {theme.md(names.get(hook.created_by))}, {theme.day(hook.created_at, here.zone)}"
                st.caption(f"{by} · {'told of everything' if len(hook.told) == len(Kind) else told}")
            with st.container(horizontal=True, gap="small", width="content"):
                for label, icon, act in _ACTS:
                    st.button(
                        label,
                        icon=icon,
                        type="tertiary",
                        key=f"{label.split()[0].lower()}-{hook.key}",
                        on_click=act,
                        args=(here, hook),
                    )
    if (changing := question.asked(_CHANGING, Webhook)) is not None:
        _change_dialog(here, changing)
    if (removing := question.asked(_REMOVING, Webhook)) is not None:
        _remove_dialog(here, removing)


def add_button(here: Visit) -> None:
    """Draw the button that adds a webhook, and its dialog while it is open."""
    st.button("Add a webhook", type="primary", icon=":material/add_link:", on_click=_begin, key="add-webhook")
    if question.asked(_ADDING, str) is not None:
        _add_dialog(here)


def _close() -> None:
    st.session_state.pop(_SECRET, None)
    question.answered()


@st.dialog("Add a webhook", width="medium", on_dismiss=_close)
def _add_dialog(here: Visit) -> None:
    if secret := st.session_state.get(_SECRET):
        st.write(
            "Give this secret to the receiver: with it, it checks the signature of each message. "
            "It is not shown again; remove and add the webhook for a new one."
        )
        st.code(secret, language=None, wrap_lines=True)
        if st.button("Done", type="primary", key="webhook-done"):
            _close()
            st.rerun()
        return
    url = st.text_input("Address", placeholder="https://hooks.example.org/signoff", max_chars=500, key="webhook-url")
    kinds = _kinds_picked([*Kind])
    st.caption("By https, to a public name. Messages carry what happened and where to look, no names and no comments.")
    if st.button("Add", type="primary", key="webhook-send"):
        with attempt():
            with here.store.transaction(here.actor) as tx:
                hook = register_webhook(tx, Wanted(url, set(kinds)), settings().webhook_exceptions)
            st.session_state[_SECRET] = webhook.secret(here.store, hook.salt)
            st.rerun()


@st.dialog("Change what a webhook is told", width="medium", on_dismiss=question.answered)
def _change_dialog(here: Visit, hook: Webhook) -> None:
    st.write(f"**{theme.md(hook.host)}** keeps its address, its secret and its numbering.")
    kinds = _kinds_picked([kind for kind in Kind if kind in hook.told])
    if st.button("Save", type="primary", key="webhook-save"):
        with attempt():
            with here.store.transaction(here.actor) as tx:
                change_webhook(tx, hook.key, set(kinds))
            question.answered()
            st.rerun()


def _kinds_picked(chosen: list[Kind]) -> list[Kind]:
    return st.pills(
        "Is told that",
        [*Kind],
        selection_mode="multi",
        default=chosen,
        format_func=lambda kind: WORDS[kind],
        key="webhook-kinds",
    )


def _begin() -> None:
    st.session_state.pop(_SECRET, None)
    question.ask(_ADDING, "")


def _try_out(here: Visit, hook: Webhook) -> None:
    with attempt():
        found = outlets(here.store, settings()).try_out(here.actor, hook.key)
        if found.problem:
            raise GovernanceError(f"{hook.host} did not take a test.", found.problem)
        st.toast(f"{theme.md(hook.host)} took a test.", icon=":material/check:")


def _change(_here: Visit, hook: Webhook) -> None:
    question.ask(_CHANGING, hook)


def _remove_dialog(here: Visit, hook: Webhook) -> None:
    def remove() -> None:
        with here.store.transaction(here.actor) as tx:
            remove_webhook(tx, hook.key)

    words = (
        f"**{theme.md(hook.host)}** is told nothing more, and what still waits for it is given up. Added again, it "
        "gets a new secret and is numbered anew."
    )
    question.confirm("Remove this webhook?", words, ("Remove it", ":material/delete:"), "remove-now", remove)


def _remove(_here: Visit, hook: Webhook) -> None:
    question.ask(_REMOVING, hook)


_ACTS = (
    ("Send a test", ":material/send:", _try_out),
    ("Change", ":material/tune:", _change),
    ("Remove", ":material/delete:", _remove),
)
