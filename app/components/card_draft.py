"""A card being written: kept in the browser session from the first change to the save, so that no word is lost."""

import secrets
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.cards import queries
from core.cards.asking import Kind
from core.cards.card_version import CardVersion
from core.cards.difference import changed_paths
from core.cards.field import Field
from core.cards.schema import Content, Schema, answer, known
from core.registry.version import ModelVersion
from core.store.store import Store


@dataclass(slots=True)
class Draft:
    """What one person has typed and not saved.

    Attributes:
        based_on: number of the save it started from; None for a first card.
        before: what stood there.
        content: what is typed.
        both: paths that somebody else changed too and that wait for a choice.
        theirs: the save that came in between, while a choice is open.
        turn: grows whenever answers are replaced from outside, so that controls start afresh.
        rows: a stable mark for each row of each field with rows.
    """

    based_on: int | None
    before: Content
    content: Content
    schema: Schema
    both: list[str] = field(default_factory=list)
    theirs: CardVersion | None = None
    turn: int = 0
    rows: dict[str, list[str]] = field(default_factory=dict)

    @property
    def changed(self) -> tuple[str, ...]:
        """Paths that differ from the state it started from."""
        typed = {one.path for one in self.schema.fields if not one.ask.computed}
        return tuple(path for path in changed_paths(self.before, self.content, self.schema) if path in typed)

    def value(self, asked: Field) -> Any:
        """What is typed for a field; None when nothing is."""
        return answer(self.content, asked.path)

    def put(self, asked: Field, value: Any) -> None:
        """Keep what was typed for a field."""
        self.content.setdefault(asked.section, {})[asked.name] = value

    def reason(self, asked: Field) -> str | None:
        """Why a field is set aside; None when it is not, empty while the reason is being written."""
        reasons: dict[str, str] = self.content.get("not_applicable") or {}
        return reasons.get(asked.path)

    def set_aside(self, asked: Field, reason: str | None) -> None:
        """Set a field aside with a reason, or take that back."""
        reasons = self.content.setdefault("not_applicable", {})
        reasons.pop(asked.path, None)
        if reason is not None:
            reasons[asked.path] = reason

    def marks(self, path: str, count: int) -> list[str]:
        """A stable mark for each of `count` rows, so that removing one leaves the others' controls alone."""
        marks = self.rows.setdefault(path, [])
        while len(marks) < count:
            marks.append(secrets.token_hex(4))
        del marks[count:]
        return marks

    def add_row(self, asked: Field) -> None:
        """Add an empty row at the end."""
        rows = list(self.value(asked) or [])
        self.put(asked, [*rows, "" if asked.kind is Kind.PARAGRAPHS else {}])

    def drop_row(self, asked: Field, index: int) -> None:
        """Take a row out."""
        rows = list(self.value(asked) or [])
        del rows[index]
        del self.rows.get(asked.path, [])[index : index + 1]
        self.put(asked, rows)

    def replace(self, content: Content) -> None:
        """Take other answers in place of the typed ones."""
        self.content = deepcopy(content)
        self.rows.clear()
        self.turn += 1


def opened(store: Store, version: ModelVersion) -> Draft:
    """Find the draft of this browser session for a version, or begin one from the newest save."""
    name = f"card-draft-{version.key}"
    if name not in st.session_state:
        st.session_state[name] = begun(store, version)
    draft: Draft = st.session_state[name]
    return draft


def kept(version: ModelVersion) -> Draft | None:
    """Find the draft of this browser session for a version; None when nothing is being written."""
    found: Draft | None = st.session_state.get(f"card-draft-{version.key}")
    return found


def begun(store: Store, version: ModelVersion) -> Draft:
    """Begin a draft from the newest save, or from what is recorded when there is none."""
    with store.reading() as session:
        newest = queries.latest(session, version.key)
        schema = queries.schema(session)
        content = known(queries.draft(session, version.key), schema)
    before = known(newest.content, schema) if newest else {}
    return Draft(newest.number if newest else None, before, deepcopy(content), schema)


def forget(version: ModelVersion) -> None:
    """Drop the draft of this browser session."""
    st.session_state.pop(f"card-draft-{version.key}", None)
