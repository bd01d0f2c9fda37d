"""A signed review of access, as it was signed, with what was still to be done and whether it is by now."""

from collections.abc import Sequence

import streamlit as st

from app import theme
from app.components.access_review_words import last_used, may_do, period, proven
from app.components.pager import pager, turned_to
from app.components.refusal import attempt
from app.theme import md
from app.visit import Visit
from core import digest
from core.compliance.access_review import actions, queries
from core.compliance.access_review.document import Document, Line
from core.compliance.access_review.review import AccessReview, Ruling
from core.store.page import Page

_TONES = {Ruling.KEPT: "green", Ruling.CHANGED: "orange", Ruling.CLOSED: "red"}
_AT_ONCE = 25


def signed_review(here: Visit, review: AccessReview) -> None:
    """Draw a signed review from the file that was signed, never from the database."""
    written = queries.document(here.store.blobs, review)
    _head(here, review, written)
    with here.store.reading() as session:
        done = queries.carried_out(session, written, here.now)
    found = _page(written.lines, turned_to("lines"))
    with st.container(border=True, gap="small", key="lines"):
        for line in found.items:
            _line(here, line, done=done[line.who.iss, line.who.sub])
    pager(found, "lines", "accounts")


def _head(here: Visit, review: AccessReview, written: Document) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(gap="xxsmall", width="content"):
            st.header(
                f"{review.address} · {period(review.period_start, review.period_end)} "
                f"{theme.label('Signed', 'green', icon='verified')}",
                anchor=False,
            )
            st.caption(
                f"Signed by {md(written.signed_by.name)} on {theme.moment(written.signed_at, here.zone)}, "
                f"{proven(written)}. Started by {md(written.started_by.name)}."
            )
        with st.container(horizontal=True, width="content", gap="small"):
            if st.button("Export", icon=":material/table_view:", key="export-review", help="The lines as CSV."):
                with attempt(), here.store.transaction(here.actor) as tx:
                    st.session_state[f"export-{review.address}"] = actions.offer(tx, review.key)
            if made := st.session_state.get(f"export-{review.address}"):
                st.link_button("Take the CSV", f"/exports/{made}", icon=":material/download:")
    st.markdown(f"“{md(written.statement)}”")
    st.caption(
        f"Fingerprint `{digest.short(review.document or '')}`, named by the audit log in the entry of the signature."
    )


def _line(here: Visit, line: Line, *, done: bool | None) -> None:
    own = f" {theme.label('About themself', 'violet')}" if line.own else ""
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key=f"line-{line.who.sub}"
    ):
        with st.container(gap="xxsmall"):
            st.markdown(f"**{md(line.who.name)}** :gray[{md(line.who.username)}]{own}")
            st.markdown(f":small[{may_do(line.access)}]")
            st.caption(last_used(here, line.access, line.signed_in_at, line.token_used_at))
            word = f": {md(line.word)}" if line.word else ""
            st.markdown(f":small[{line.ruling.words.capitalize()}, says {md(line.by.name)}{word}]")
        st.markdown(_outcome(line, done=done), width="content")


def _outcome(line: Line, *, done: bool | None) -> str:
    if line.ruling is Ruling.KEPT:
        return theme.label("Kept", "green")
    verb = "Changed" if line.ruling is Ruling.CHANGED else "Closed"
    if line.carried_out:
        return theme.label(f"{verb} before signing", "green", icon="check")
    return (
        theme.label(f"{verb} since", "green", icon="check")
        if done
        else theme.label("Still to do", "red", icon="pending")
    )


def _page(lines: Sequence[Line], number: int) -> Page[Line]:
    last = max(1, -(-len(lines) // _AT_ONCE))
    number = min(number, last)
    return Page(list(lines[(number - 1) * _AT_ONCE : number * _AT_ONCE]), len(lines), number, _AT_ONCE)
