"""Two cards side by side, and the saves of one card."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from app import theme
from app.components.pager import pager, turned_to
from app.visit import Visit
from core.cards import difference, queries
from core.cards.card_version import CardVersion
from core.cards.difference import FieldDifference, Piece
from core.cards.section import Section
from core.registry import queries as registry
from core.registry.version import ModelVersion
from core.store.page import LARGEST

CHAMPION = "champion"


def compare(here: Visit, version: ModelVersion, newest: CardVersion) -> None:
    """Draw the newest card beside an earlier save, or beside the card of the version in charge."""
    with here.store.reading() as session:
        schema = queries.schema(session)
        champion = queries.champion_card(session, version.key)
        in_charge = registry.champion(session, version.model_id)
        saves = queries.history(session, version.key, size=LARGEST).items
    options: dict[str, str] = {}
    if champion is not None and in_charge is not None:
        options[CHAMPION] = f"Version {in_charge.version}, in production"
    for line in saves:
        if line.number != newest.number:
            options[str(line.number)] = f"Save {line.number} · {theme.day(line.at, here.zone)} · {line.author}"
    if not options:
        st.info(
            "There is nothing to compare with yet: one save, and no version in production.", icon=":material/compare:"
        )
        return
    picked = st.selectbox(
        "Compare the newest card with", list(options), format_func=options.__getitem__, key="card-with", width=420
    )
    with here.store.reading() as session:
        other = champion if picked == CHAMPION else queries.at_number(session, version.key, int(picked))
    if other is not None:
        side_by_side(difference.between(other.content, newest.content, schema), options[picked])


def saves(here: Visit, version: ModelVersion) -> None:
    """Draw the change log: every save with who, when, why and what."""
    with here.store.reading() as session:
        page = queries.history(session, version.key, turned_to("card-saves"))
    for line in page.items:
        with st.container(border=True, gap="xxsmall"):
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                st.markdown(f"**Save {line.number}** · {theme.md(line.author)}", width="content")
                st.caption(theme.moment(line.at, here.zone), width="content")
            if line.message:
                st.markdown(theme.md(line.message))
            sections = dict.fromkeys(Section(path.partition(".")[0]).words for path in line.changed)
            told = [f"changed: {', '.join(sections)}"] if sections else []
            told += [f"confirmed: {', '.join(Section(one).words for one in line.confirmed)}"] if line.confirmed else []
            st.markdown(f":small[{' · '.join(told) or 'no change'} · {theme.fingerprint(line.digest)}]")
    pager(page, "card-saves", "saves")


def side_by_side(found: Sequence[FieldDifference], before: str) -> None:
    """Draw fields that two cards answer differently, word by word.

    Args:
        found: the differences, in reading order.
        before: what stands on the left, in words.
    """
    if not found:
        st.success("Both cards answer every question alike.", icon=":material/check_circle:")
        return
    differ = "answer differs" if len(found) == 1 else "answers differ"
    st.caption(f"{len(found)} {differ}. Left: {theme.md(before)}. Right: the newest card.")
    section = None
    for one in found:
        if one.section != section:
            section = one.section
            st.header(section.words, anchor=False)
        with st.container(gap="xxsmall"):
            st.markdown(f":small[:gray[**{theme.md(one.label)}**]]")
            left, right = st.columns(2, gap="medium")
            left.html(_marked(one.before, "del"))
            right.html(_marked(one.after, "ins"))


def _marked(pieces: tuple[Piece, ...], tag: str) -> str:
    """Write pieces as HTML; everything from the card is escaped."""
    if not pieces:
        return '<p class="card-side card-empty">Not answered</p>'
    text = "".join(
        f"<{tag}>{escape(p.text)}</{tag}>" if p.differs and p.text.strip() else escape(p.text) for p in pieces
    )
    return f'<p class="card-side">{text}</p>'
