"""Inbox: what waits for somebody, and the review page of one request."""

from datetime import timedelta

import streamlit as st
from sqlmodel import Session

from app import theme, visit
from app.components.heading import heading
from app.components.pager import pager, turned_to
from app.components.picklist import Option, picklist
from app.components.refusal import refusal
from app.components.review.page import review_page
from app.theme import md
from core.approvals import lists, queries
from core.approvals.lists import Call, RequestFilter, RequestLine
from core.approvals.states import RequestState
from core.errors import GovernanceError
from core.store.page import Page

NEEDS_ME, WAITING, DECIDED, EVERYTHING = "Needs me", "Waiting", "Decided", "All"
UNDECIDED = [state for state in RequestState if state.undecided]
CLOSED = [state for state in RequestState if not state.undecided]
SOON = timedelta(days=3)
EMPTY = {
    NEEDS_ME: "Nothing waits for you. Requests come here when your signature or your answer is wanted.",
    WAITING: "Nothing waits for anybody. Open a version on the Models page to ask for its transition.",
    DECIDED: "Nothing was decided yet. What waits stands under Waiting.",
    EVERYTHING: "Nobody has asked for anything yet. Open a version on the Models page to ask for its transition.",
}


def found(session: Session, kind: str, text: str) -> Page[RequestLine]:
    """Read one page of the list that was chosen."""
    if kind == NEEDS_ME and not text:
        return lists.inbox(session, here.person, here.now, turned_to("page"))
    states = {WAITING: UNDECIDED, DECIDED: CLOSED}.get(kind, [])
    return lists.requests(session, RequestFilter(states=states, text=text), here.now, turned_to("page"))


def option(line: RequestLine) -> Option:
    """Write one request as two lines."""
    again = " :orange[:material/history:]" if line.call is Call.SIGN_AGAIN else ""
    hurry = " :red[:material/schedule:]" if line.state.undecided and line.ends_at - here.now < SOON else ""
    tier = theme.badge(line.materiality, words=line.materiality.value.capitalize())
    said = line.call.words if line.call else line.state.words
    moment = line.decided_at or line.opened_at
    when = theme.due(line.ends_at, here.now) if line.state.undecided else theme.ago(moment, here.now)
    return Option(line.address, f"**{md(line.named)}** {tier}{again}{hurry}", f"{line.address} · {said} · {when}")


def back_to_list() -> None:
    """On a phone the list and the request take turns; this leads back."""
    st.query_params.pop("request", None)
    st.session_state.pop("pick_request", None)


here = visit.current()
with here.store.reading() as session:
    mine = len(lists.calls_of(session, here.person, here.now))
    waiting = lists.requests(session, RequestFilter(states=UNDECIDED), here.now, size=1).total
needs = "One request needs you" if mine == 1 else f"{mine or 'No'} requests need you"
with heading("Inbox", f"{needs} · {waiting} {'waits' if waiting == 1 else 'wait'} for a decision"):
    pass

# On a phone either the list or the request is shown; the names of these containers tell the style sheet which.
opened = "opened" if "request" in st.query_params else "closed"
left, right = st.columns([4, 9], gap="medium")
with left, st.container(key=f"inbox-list-{opened}", gap="small"):
    kind = st.segmented_control(
        "Which requests",
        [NEEDS_ME, WAITING, DECIDED, EVERYTHING],
        default=NEEDS_ME if mine else WAITING,
        required=True,
        key="kind",
        label_visibility="collapsed",
        bind="query-params",
        width="stretch",
    )
    text = st.text_input(
        "Search requests",
        key="q",
        type="search",
        placeholder="Model, number or who asked",
        label_visibility="collapsed",
        icon=":material/search:",
        bind="query-params",
    )
    with here.store.reading() as session:
        page = found(session, str(kind), text)
    picked = picklist("Requests", [option(line) for line in page.items], "request", preselect=False)
    if picked is None and page.items:
        picked = page.items[0].address  # what a wide screen shows beside the list before anything is picked
    pager(page, "page", "requests")
    if not page.items:
        nothing = "No request matches. Shorten the search." if text else EMPTY[str(kind)]
        st.info(nothing, icon=":material/inbox:")

with right, st.container(key=f"inbox-request-{opened}", gap="small"):
    if picked is None:
        st.stop()
    with st.container(key="inbox-back"):
        st.button("All requests", icon=":material/arrow_back:", type="tertiary", on_click=back_to_list)
    with st.container(border=True, gap="small", key="review"):
        try:
            review_page(here, queries.number(picked))
        except GovernanceError as error:
            refusal(error)
