"""The editor of a card: one section at a time, what the next stage still needs, and an explicit save."""

from typing import Any

import streamlit as st

from app import theme
from app.components import card_controls as controls
from app.components import card_draft as drafts
from app.components.card_draft import Draft
from app.components.card_reading import value as show_value
from app.components.refusal import refusal
from app.visit import Visit
from core.access.person import ReviewRole
from core.cards import actions, merging, queries, words
from core.cards.answers import text_lack
from core.cards.asking import Ask, Kind, Writer
from core.cards.card_version import CardConflictError
from core.cards.completeness import Gap
from core.cards.field import Field, Item
from core.cards.gathering import carried_over
from core.cards.schema import known, validated
from core.cards.section import Section
from core.errors import GovernanceError
from core.registry.version import ModelVersion

_REASON = Ask("Reason", prose=True)


def section_editor(here: Visit, version: ModelVersion, draft: Draft, section: Section, gaps: dict[str, Gap]) -> None:
    """Draw the questions of one section with what is typed so far.

    Args:
        here: who writes.
        version: the version described.
        draft: what is typed.
        section: which section.
        gaps: what the target stage still needs, by path.
    """
    _hand_in_it(here, section, draft)
    for asked in draft.schema.of(section):
        with st.container(gap="xsmall", key=f"ask-{asked.section}-{asked.name}"):
            _question(asked, gaps.get(asked.path))
            if asked.ask.computed:
                show_value(asked, draft.value(asked))
            else:
                _answer(here, version, draft, asked)


def save_bar(here: Visit, version: ModelVersion, draft: Draft, ageing: Section | None) -> None:
    """Draw what is unsaved, the reason to give, and the save.

    Args:
        here: who writes.
        version: the version described.
        draft: what is typed.
        ageing: the open section, when nobody changed or confirmed it for long; it can be confirmed as it is.
    """
    changed = draft.changed
    with st.container(border=True, gap="small", key="card-save"):
        if draft.based_on is None:
            st.markdown("**This version has no card yet.** Your first save makes one.")
        elif changed:
            names = ", ".join(draft.schema.by_path[path].ask.label for path in changed[:4])
            more = f" and {len(changed) - 4} more" if len(changed) > 4 else ""
            st.markdown(f":orange[:material/edit:] **Not saved yet:** {theme.md(names)}{more}")
        else:
            st.markdown(":gray[:material/check:] Nothing is unsaved.")
        confirmed = ageing is not None and st.checkbox(
            f"I read “{ageing.words}” again and it still holds", key=f"card-holds-{version.key}-{ageing}"
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            message = st.text_input(
                "Why you change it", key=f"card-why-{version.key}", placeholder="In a sentence, for the change log"
            )
            # Never disabled: what was just typed arrives together with the click.
            if st.button("Save card", type="primary", key="card-save-now", icon=":material/save:"):
                _save(here, version, draft, message, [ageing] if ageing and confirmed else [])
            if st.button("Discard", key="card-discard", disabled=not changed, help="Drops what you typed"):
                drafts.forget(version)
                st.rerun()


def beginning(here: Visit, version: ModelVersion, draft: Draft) -> None:
    """Offer an earlier version's words as a start for a first card."""
    if draft.based_on is not None or draft.turn:
        return
    with here.store.reading() as session:
        found = queries.earlier(session, version.key)
    if found is None:
        return
    number, card = found
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(
            f"Version {number} has a card. Begin with its words; figures and the story of what changed stay behind.",
            width="stretch",
        )
        if st.button(f"Begin with version {number}", key="card-begin", icon=":material/content_copy:"):
            draft.replace(merging.begun_with(draft.content, carried_over(known(card.content, draft.schema), number)))
            st.rerun()


def conflict(draft: Draft) -> None:
    """Draw both texts of every field that two people changed, and let the writer choose. Nothing typed is lost."""
    if draft.theirs is None:
        return
    with st.container(border=True, gap="small", key="card-conflict"):
        st.markdown(
            f":orange[:material/call_merge:] **Somebody saved this card while you were writing** "
            f"(save {draft.theirs.number}). What only one of you changed was brought together. "
            "Where both of you changed a field, choose; then save."
        )
        for path in list(draft.both):
            _choose(draft, draft.schema.by_path[path])
        if not draft.both:
            st.markdown("Nothing is left to choose. Read it once more and save.")


def _choose(draft: Draft, asked: Field) -> None:
    theirs = draft.theirs.content if draft.theirs else {}
    st.markdown(f"**{asked.section.words}: {asked.ask.label}**")
    left, right = st.columns(2, gap="medium")
    other = dict(theirs.get(asked.section) or {}).get(asked.name)
    for side, title, text in ((left, "Yours", draft.value(asked)), (right, "Theirs", other)):
        with side, st.container(border=True, gap="xsmall"):
            st.caption(title)
            st.text(words.text(asked, text))
    with left:
        if st.button("Keep yours", key=f"card-mine-{asked.path}"):
            draft.both.remove(asked.path)
            st.rerun()
    with right:
        if st.button("Take theirs", key=f"card-theirs-{asked.path}"):
            merging.taken(draft.content, theirs, asked.path)
            draft.both.remove(asked.path)
            draft.turn += 1
            st.rerun()


def _save(here: Visit, version: ModelVersion, draft: Draft, message: str, confirmed: list[Section]) -> None:
    if draft.both:
        st.warning("Choose between both texts first.", icon=":material/call_merge:")
        return
    try:
        with here.store.transaction(here.actor) as tx:
            card = actions.save(tx, version, draft.content, draft.based_on, message, confirmed=confirmed)
    except CardConflictError as found:
        _bring_together(draft, found)
        st.rerun()
    except GovernanceError as error:
        refusal(error)
        return
    drafts.forget(version)
    st.session_state.pop(f"card-why-{version.key}", None)
    st.toast(f"Saved as number {card.number}.", icon=":material/check_circle:")
    st.rerun()


def _bring_together(draft: Draft, found: CardConflictError) -> None:
    merged = merging.merge(draft.before, validated(draft.content, draft.schema), found.newer.content, draft.schema)
    draft.both, draft.theirs = list(merged.both), found.newer
    draft.based_on, draft.before = found.newer.number, found.newer.content
    draft.replace(merged.content)


def _question(asked: Field, gap: Gap | None) -> None:
    marks = []
    if asked.ask.computed:
        marks.append(theme.label("from the records", "blue"))
    if gap is not None:
        marks.append(theme.label(f"{gap.where}: {gap.lack.words}" if gap.where else gap.lack.words, "orange"))
    elif asked.ask.due is None:
        marks.append(theme.label("optional"))
    with st.container(gap="xxsmall"):
        st.markdown(f"**{theme.md(asked.ask.label)}** {' '.join(marks)}")
        when = f" Needed {asked.ask.due.words}." if asked.ask.due else ""
        st.caption(f"{theme.md(asked.ask.why)}{when}")


def _answer(here: Visit, version: ModelVersion, draft: Draft, asked: Field) -> None:
    value, reason = draft.value(asked), draft.reason(asked)
    key = f"card-{version.key}-{draft.turn}-{asked.path}"
    if reason is None or value:
        draft.put(asked, _typed(here, version, draft, asked, key))
    if asked.ask.due and not asked.ask.always and draft.value(asked) in (None, "", [], {}):
        _set_aside(draft, asked, reason, key)


def _set_aside(draft: Draft, asked: Field, reason: str | None, key: str) -> None:
    aside = st.checkbox("Does not apply here", value=reason is not None, key=f"{key}-aside")
    if not aside:
        draft.set_aside(asked, None)
        if reason is not None:
            st.rerun()
        return
    written = st.text_input(
        "Why it does not apply", value=reason or "", key=f"{key}-why", placeholder="The reason, in a sentence"
    )
    draft.set_aside(asked, written)
    if written and text_lack(written, _REASON) is not None:
        st.caption(":orange[A sentence, please: 20 characters or more.]")
    if reason is None:
        st.rerun()


def _typed(here: Visit, version: ModelVersion, draft: Draft, asked: Field, key: str) -> Any:
    value = draft.value(asked)
    match asked.kind:
        case Kind.NUMBERS:
            return controls.evaluations(asked.ask.label, value, _evaluations(here, version), key)
        case Kind.RECORD:
            return _record(asked.items, value or {}, key) or None
        case Kind.RECORDS:
            return _records(draft, asked, key)
        case Kind.PARAGRAPHS:
            return _paragraphs(draft, asked, key)
        case _:
            return controls.control(asked, value, key)


def _record(items: tuple[Item, ...], row: dict[str, Any], key: str) -> dict[str, Any]:
    typed: dict[str, Any] = dict(row)
    for item in controls.labelled(items):
        wanted = " :orange[*]" if item.ask.essential else ""
        with st.container(gap="xxsmall"):
            st.markdown(f":small[**{theme.md(item.ask.label)}**{wanted}]", help=item.ask.why or None)
            typed[item.name] = controls.control(item, row.get(item.name), f"{key}-{item.name}")
    return {name: kept for name, kept in typed.items() if kept not in (None, "", [], {})}


def _records(draft: Draft, asked: Field, key: str) -> list[dict[str, Any]] | None:
    rows = [row if isinstance(row, dict) else {} for row in draft.value(asked) or []]
    typed = []
    for index, (row, mark) in enumerate(zip(rows, draft.marks(asked.path, len(rows)), strict=True)):
        title = theme.md(words.title(asked.items, row)) if row else "New"
        with st.expander(title, expanded=not row, key=f"{key}-{mark}"):
            typed.append(_record(asked.items, row, f"{key}-{mark}"))
            st.button(
                "Remove",
                key=f"{key}-{mark}-drop",
                type="tertiary",
                icon=":material/delete:",
                on_click=draft.drop_row,
                args=(asked, index),
            )
    st.button("Add", key=f"{key}-add", icon=":material/add:", on_click=draft.add_row, args=(asked,))
    return typed or None


def _paragraphs(draft: Draft, asked: Field, key: str) -> list[str] | None:
    rows = [row if isinstance(row, str) else "" for row in draft.value(asked) or []] or [""]
    typed = []
    for index, (row, mark) in enumerate(zip(rows, draft.marks(asked.path, len(rows)), strict=True)):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            typed.append(
                st.text_area(
                    f"{asked.ask.label} {index + 1}",
                    row,
                    key=f"{key}-{mark}",
                    height=80,
                    placeholder=asked.ask.hint or None,
                    label_visibility="collapsed",
                )
                or ""
            )
            if len(rows) > 1:
                st.button(
                    "Remove",
                    key=f"{key}-{mark}-drop",
                    type="tertiary",
                    icon=":material/delete:",
                    on_click=draft.drop_row,
                    args=(asked, index),
                )
    st.button("Add", key=f"{key}-add", icon=":material/add:", on_click=draft.add_row, args=(asked,))
    return typed if any(typed) or len(typed) > 1 else None


def _evaluations(here: Visit, version: ModelVersion) -> dict[int, str]:
    with here.store.reading() as session:
        found = queries.record(session, version.key).evaluations
    return {one.id: f"EVL-{one.id} · {one.dataset} · {theme.day(one.at, here.zone)}" for one in found}


def _hand_in_it(here: Visit, section: Section, draft: Draft) -> None:
    """Warn reviewers before they become authors of what they are to judge."""
    judges = [
        role
        for role in (ReviewRole.TECHNICAL_REVIEWER, ReviewRole.RISK_REVIEWER, ReviewRole.BUSINESS_OWNER)
        if here.holds(role)
    ]
    theirs = all(one.ask.writer is Writer.BUSINESS for one in draft.schema.of(section))
    if judges and not theirs:
        own = " Fields of the business owner are yours to write." if ReviewRole.BUSINESS_OWNER in judges else ""
        st.caption(
            f":material/info: You sign as {judges[0].words.lower()}. Whoever writes the developer's part of a card "
            f"has a hand in the version and cannot approve it.{own}"
        )
