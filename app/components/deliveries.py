"""The delivery log: what left the house, what did not, why, and sending it again."""

import streamlit as st

from app import theme
from app.components.pager import pager, turned_to
from app.components.refusal import attempt
from app.visit import Visit
from core.notifications import outbox, queries
from core.notifications.delivery import DeliveryState
from core.notifications.queries import DeliveryLine

EVERYTHING, WAITING, GIVEN_UP = "All", "Waiting", "Given up"
_STATES = {
    EVERYTHING: tuple(DeliveryState),
    WAITING: (DeliveryState.WAITING,),
    GIVEN_UP: (DeliveryState.GIVEN_UP,),
}
_EMPTY = {
    EVERYTHING: "Nothing has left the house yet. Mails and calls of webhooks stand here once there are some.",
    WAITING: "Nothing waits.",
    GIVEN_UP: "Nothing was given up.",
}


def deliveries_list(here: Visit) -> None:
    """Draw the log, newest first, a page at a time."""
    shown = st.segmented_control(
        "Which deliveries",
        [EVERYTHING, WAITING, GIVEN_UP],
        default=EVERYTHING,
        required=True,
        key="deliveries",
        label_visibility="collapsed",
        bind="query-params",
    )
    with here.store.reading() as session:
        found = queries.deliveries(session, _STATES[str(shown)], number=turned_to("deliveries-page"))
    if not found.items:
        st.info(_EMPTY[str(shown)], icon=":material/outgoing_mail:")
    for line in found.items:
        _line(here, line)
    pager(found, "deliveries-page", "deliveries")


def _line(here: Visit, line: DeliveryLine) -> None:
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        horizontal_alignment="distribute",
        key=f"row-delivery-{line.id}",
    ):
        with st.container(gap="xxsmall", width="content"):
            st.markdown(f"{theme.badge(line.state)} **{theme.md(line.words)}**")
            tries = f"{line.tries} {'try' if line.tries == 1 else 'tries'}"
            when = f"next {_until(line, here)}" if line.state is DeliveryState.WAITING else tries
            facts = [
                line.address,
                f"{line.channel.words} to {theme.md(line.receiver)}",
                theme.ago(line.at, here.now),
                *([tries, when] if line.state is DeliveryState.WAITING and line.tries else [when]),
            ]
            st.caption(" · ".join(facts))
            if line.error:
                st.caption(f":material/error: {theme.md(line.error)}")
        if line.state is not DeliveryState.WAITING or line.tries:
            st.button(
                "Send again",
                icon=":material/replay:",
                type="tertiary",
                key=f"again-{line.id}",
                on_click=_again,
                args=(here, line),
            )


def _until(line: DeliveryLine, here: Visit) -> str:
    minutes = max(0, round((line.next_at - here.now).total_seconds() / 60))
    if minutes == 0:
        return "in a moment"
    return f"in {minutes} minute{'' if minutes == 1 else 's'}" if minutes < 90 else f"in {round(minutes / 60)} hours"


def _again(here: Visit, line: DeliveryLine) -> None:
    with attempt():
        outbox.send_again(here.store, here.actor, line.id)
        st.toast("It is sent again in a moment, with the id it has.")
