"""A review of access under way: every open account with what becomes of it, and the signature at the end."""

import streamlit as st

from app import theme
from app.components import question
from app.components.access_review_signing import reopen, sign_dialog
from app.components.access_review_words import last_used, may_do, period
from app.components.pager import pager, turned_to
from app.components.refusal import attempt
from app.theme import md
from app.visit import Visit
from core.access import queries as people
from core.access.person import Person
from core.compliance.access_review import actions, queries
from core.compliance.access_review.queries import Looked
from core.compliance.access_review.review import AccessReview, Ruling
from core.store.page import Page

_TONES = {Ruling.KEPT: "green", Ruling.CHANGED: "orange", Ruling.CLOSED: "red"}


def open_review(here: Visit, review: AccessReview) -> None:
    """Draw a review that is not signed: under way, or withdrawn."""
    with st.container(gap="xxsmall"):
        st.header(f"{review.address} · {period(review.period_start, review.period_end)}", anchor=False)
        with here.store.reading() as session:
            starter = people.names(session, [review.started_by])[review.started_by]
        st.caption(f"Started by {md(starter)} on {theme.day(review.started_at, here.zone)}")
    if not review.is_open:
        st.info("This review was withdrawn and never signed. What was said in it stands in the audit log.")
        return
    with here.store.reading() as session:
        progress = queries.progress(session, review)
    st.progress(
        progress.looked_at / max(progress.accounts, 1),
        f"{progress.looked_at} of {progress.accounts} open accounts looked at",
    )
    left = st.toggle("Only those nobody looked at yet", key="left-only")
    with here.store.reading() as session:
        found = queries.accounts(session, review, here.now, turned_to("accounts"), left=left)
        names = people.names(session, [one.mark.by for one in found.items if one.mark])
    if found.items:
        with st.container(border=True, gap="small", key="accounts"):
            for one in found.items:
                _account(here, review, one, names)
    else:
        st.success("Everybody was looked at.", icon=":material/check_circle:")
    pager(found, "accounts", "accounts")
    _bar(here, review, found, done=progress.looked_at == progress.accounts)
    about = question.asked("ruling", tuple)
    if about is not None and about[0] == review.key:
        _word_dialog(here, review, *about[1:])
    reopen(here, review)
    if question.asked("sign access review", int) == review.key:
        sign_dialog(here, review)


def _account(here: Visit, review: AccessReview, one: Looked, names: dict[int, str]) -> None:
    held, mark = one.holding, one.mark
    own = f" {theme.label('Yourself', 'violet')}" if held.person.key == here.person.key else ""
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        horizontal_alignment="distribute",
        key=f"line-account-{held.person.key}",
    ):
        with st.container(gap="xxsmall"):
            st.markdown(f"**{md(held.person.name)}** :gray[{md(held.person.username)}]{own}")
            st.markdown(f":small[{may_do(held.access)}]")
            st.caption(last_used(here, held.access, held.signed_in_at, held.token_used_at))
            if mark is not None:
                word = f": {md(mark.word)}" if mark.word else ""
                st.markdown(
                    f":small[{theme.label(mark.ruling.words.capitalize(), _TONES[mark.ruling])} says "
                    f"{md(names.get(mark.by, 'somebody'))}{word}]"
                    if one.settled
                    else f":small[{theme.label('Changed since it was looked at', 'orange', icon='history')} look again]"
                )
        _choice(here, review, one)


def _choice(here: Visit, review: AccessReview, one: Looked) -> None:
    """Draw the three ways; keeping is done at once, the others ask for a word first."""
    key = f"ruling-{review.key}-{one.holding.person.key}"
    standing = one.mark.ruling if one.mark is not None and one.settled else None
    if key in st.session_state and st.session_state[key] is not standing:
        st.session_state[key] = standing  # what is shown is what is recorded, also after a dialog was waved away

    def decide() -> None:
        chosen = st.session_state[key]
        if chosen is Ruling.KEPT:
            _rule(here, review, one, Ruling.KEPT)
        elif chosen is not None:
            question.ask("ruling", (review.key, one, chosen))

    st.segmented_control(
        f"What becomes of {one.holding.person.name}",
        [*Ruling],
        default=standing,
        format_func=lambda ruling: ruling.verb,
        label_visibility="collapsed",
        key=key,
        on_change=decide,
        width="content",
    )


def _bar(here: Visit, review: AccessReview, found: Page[Looked], *, done: bool) -> None:
    waiting = [one for one in found.items if not one.settled and one.holding.person.key != here.person.key]

    def keep_rest() -> None:
        for one in waiting:
            _rule(here, review, one, Ruling.KEPT)

    def withdraw() -> None:
        with attempt(), here.store.transaction(here.actor) as tx:
            actions.withdraw(tx, review.key)

    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, gap="small", width="content"):
            st.button(
                f"Keep the other {len(waiting)} on this page" if waiting else "Keep the others on this page",
                icon=":material/done_all:",
                disabled=not waiting,
                on_click=keep_rest,
                key="keep-rest",
            )
            st.button("Withdraw the review", type="tertiary", icon=":material/undo:", on_click=withdraw, key="withdraw")
        st.button(
            "Sign the review",
            type="primary",
            icon=":material/verified:",
            disabled=not done,
            help=None if done else "Look at every account first.",
            on_click=question.ask,
            args=("sign access review", review.key),
            key="sign-review",
        )


def _rule(here: Visit, review: AccessReview, one: Looked, ruling: Ruling, word: str = "") -> None:
    with attempt(), here.store.transaction(here.actor) as tx:
        actions.rule(tx, review.key, one.holding.person.key, ruling, word=word, seen=one.holding.access.digest)


@st.dialog("What has to change", on_dismiss=question.answered)
def _word_dialog(here: Visit, review: AccessReview, one: Looked, ruling: Ruling) -> None:
    """Ask why, and note it; nothing about the account changes by itself."""
    st.markdown(f"**{md(one.holding.person.name)}** is {ruling.words}. {_by_whom(one.holding.person)}")
    with st.form("ruling-form", border=False):
        word = st.text_area("In a word", max_chars=actions.LONGEST_WORD, height=80, key="ruling-word")
        sent = st.form_submit_button("Note it", type="primary", key="ruling-send")
    if sent:
        with attempt():
            with here.store.transaction(here.actor) as tx:
                actions.rule(tx, review.key, one.holding.person.key, ruling, word=word, seen=one.holding.access.digest)
            question.answered()
            st.rerun()


def _by_whom(person: Person) -> str:
    return f"An administrator does it on the card of {md(person.username)}; the review shows whether it was done."
