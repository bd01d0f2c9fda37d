"""Reviews of who has access: those that were signed, the one under way, and how one is started."""

from datetime import UTC, date, datetime, time, timedelta

import streamlit as st

from app import theme
from app.components import question
from app.components.access_review_open import open_review
from app.components.access_review_signed import signed_review
from app.components.access_review_words import period
from app.components.pager import pager, turned_to
from app.components.refusal import attempt
from app.theme import md
from app.visit import Visit
from core import digest
from core.compliance.access_review import actions, queries
from core.compliance.access_review.queries import ReviewLine
from core.compliance.access_review.review import Ruling


def access_reviews(here: Visit) -> None:
    """Draw the review that the address names, else the list of all."""
    if asked := st.query_params.get("review"):
        st.button("All reviews", icon=":material/arrow_back:", type="tertiary", key="all-reviews", on_click=_to_list)
        with here.store.reading() as session:
            review = queries.review(session, asked)
        (signed_review if review.signed_at else open_review)(here, review)
        return
    with here.store.reading() as session:
        found = queries.reviews(session, turned_to("reviews"))
        under_way = queries.under_way(session)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown("Somebody looks at what every open account may do, says what becomes of it, and signs.")
        if under_way is None:
            st.button(
                "Start a review",
                icon=":material/fact_check:",
                type="primary",
                key="start-review",
                on_click=question.ask,
                args=("access review", True),
            )
    if question.asked("access review", bool):
        _start_dialog(here)
    if not found.items:
        st.info(
            "Nobody has reviewed yet who has access. The first review takes a few minutes.", icon=":material/group:"
        )
        return
    with st.container(border=True, gap="small", key="access-reviews"):
        for line in found.items:
            _row(here, line)
    pager(found, "reviews", "reviews")


def _row(here: Visit, line: ReviewLine) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"line-{line.address}"):
        with st.container(gap="xxsmall"):
            st.markdown(f"**{line.address}** · {period(line.period_start, line.period_end)} {_state(line)}")
            st.caption(_about(here, line))
        st.button(
            "Open", key=f"open-{line.address}", icon=":material/chevron_right:", on_click=_to, args=(line.address,)
        )


def _state(line: ReviewLine) -> str:
    if line.withdrawn:
        return theme.label("Withdrawn")
    return theme.label("Signed", "green", icon="verified") if line.signed_at else theme.label("Under way", "blue")


def _about(here: Visit, line: ReviewLine) -> str:
    if line.signed_at is None or line.document is None:
        return f"Started by {md(line.started_by)} on {theme.day(line.started_at, here.zone)}"
    counts = ", ".join(f"{line.counts[ruling]} {ruling.words}" for ruling in Ruling if line.counts[ruling])
    return (
        f"Signed by {md(line.signed_by)} on {theme.moment(line.signed_at, here.zone)} · {counts} · "
        f"fingerprint `{digest.short(line.document)}`"
    )


@st.dialog("Start a review of who has access", on_dismiss=question.answered)
def _start_dialog(here: Visit) -> None:
    """Ask for the period; the quarter that ended last is proposed."""
    first, last = _last_quarter(here.now.date())
    st.markdown("Everybody with an open account is looked at, as they stand on the day of the signature.")
    with st.form("start-review-form", border=False):
        chosen = st.date_input("For the period", (first, last), max_value=here.now.date(), key="review-period")
        sent = st.form_submit_button("Start the review", type="primary", key="review-start")
    if not sent:
        return
    if not isinstance(chosen, tuple) or len(chosen) != 2:
        st.error("**Half a period.** Choose a first and a last day.", icon=":material/block:")
        return
    with attempt():
        with here.store.transaction(here.actor) as tx:
            review = actions.start(tx, _midnight(chosen[0]), min(_midnight(chosen[1] + timedelta(days=1)), tx.now))
        question.answered()
        _to(review.address)
        st.rerun()


def _last_quarter(today: date) -> tuple[date, date]:
    """Return the first and the last day of the quarter that ended before today.

    >>> _last_quarter(date(2026, 2, 3))
    (datetime.date(2025, 10, 1), datetime.date(2025, 12, 31))
    """
    last = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1) - timedelta(days=1)
    return date(last.year, last.month - 2, 1), last


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _to(address: str) -> None:
    st.query_params.from_dict({"tab": "reviews", "review": address})


def _to_list() -> None:
    st.query_params.from_dict({"tab": "reviews"})
