"""Reading the audit log: a page of it by who, what, about what and when; one entry whole; how far it is signed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, literal, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from core import clock
from core.access.person import LOCAL, Person
from core.audit import log, tables
from core.audit.event import Event
from core.errors import NotFoundError
from core.store.checkpointing import LEAVING
from core.store.keyset import Slice, Wanted, sliced
from core.store.page import Page, paged

_LOCAL = f"{LOCAL}#"
_EVENTS = {event.value: event for event in Event}
_TAKING = (Event.REPORT_EXPORTED.value, Event.AUDIT_EXPORTED.value)


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries are wanted; what is left open does not narrow.

    Attributes:
        person_id: who acted.
        events: any of these happened.
        about: part of the subject's address: `mortgage-approval`, `REQ-17`.
        since: not before this moment.
        until: before this moment.
    """

    person_id: int | None = None
    events: tuple[Event, ...] = ()
    about: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry in a list.

    Attributes:
        seq: position in the log, from 0.
        at: when, by the server's clock.
        event: what happened; None for a name that this release does not know.
        action: the name as it stands in the log.
        who: name of the person, `Signoff` for the house itself, or the bare identity of somebody unknown.
        subject_type: the noun it is about.
        subject: its address.
        about: its name, where the address is not for reading: the name of a person.
    """

    seq: int
    at: datetime
    event: Event | None
    action: str
    who: str
    subject_type: str
    subject: str
    about: str

    @property
    def words(self) -> str:
        """What happened, as a person reads it."""
        return self.event.words if self.event else self.action


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry whole.

    Attributes:
        line: what the list shows.
        leaf: the exact bytes that are hashed.
        leaf_hash: their hash, 32 bytes.
        content: the leaf, read.
        texts: what the commitments in it stand for; None where the text was erased.
    """

    line: EntryLine
    leaf: bytes
    leaf_hash: bytes
    content: Mapping[str, Any]
    texts: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Signed:
    """How far the log is signed, and how far a signature has left the house.

    Attributes:
        size: entries in the log.
        signed: entries that the newest checkpoint covers; 0 without any.
        out: entries that the newest checkpoint covers which left with a report, an export or by hand; 0 without any.
    """

    size: int
    signed: int
    out: int


def entries(session: Session, wanted: EntryFilter, number: int = 1, size: int = 25) -> Page[EntryLine]:
    """Read one page, newest first."""
    statement = _lines().where(*_conditions(session, wanted)).order_by(tables.entry.c.seq.desc())
    found = paged(session, statement, _line, number, size)
    return replace(found, items=_with_names(session, found.items))


def entries_slice(session: Session, looked_for: EntryFilter, wanted: Wanted) -> Slice[EntryLine]:
    """Read entries for programs: a slice at a time, newest first. Raises InputError for a cursor of another list."""
    statement = _lines().where(*_conditions(session, looked_for))
    found = sliced(session, statement, (tables.entry.c.seq,), _line, wanted, descending=True)
    return Slice(_with_names(session, found.items), found.next)


def entry(session: Session, seq: int) -> Entry:
    """Read one entry with the texts that it quotes.

    Raises:
        NotFoundError: there is none at this position.
    """
    row = (
        session.connection()
        .execute(_lines(tables.entry.c.leaf, tables.entry.c.leaf_hash).where(tables.entry.c.seq == seq))
        .first()
    )
    if row is None:
        raise NotFoundError(f"There is no entry {seq}.", "Pick one from the list.")
    leaf = bytes(row.leaf)
    content = json.loads(leaf)
    quoted = _commitments(content)
    found = select(tables.text.c.sha256, tables.text.c.text).where(tables.text.c.sha256.in_(quoted))
    texts = {text.sha256: text.text for text in session.connection().execute(found)}
    (line,) = _with_names(session, [_line(row)])
    return Entry(line, leaf, bytes(row.leaf_hash), content, {one: texts.get(one) for one in quoted})


def actors(session: Session) -> list[tuple[int, str]]:
    """Read who can have acted, by name: key and name of every person."""
    rows = session.connection().execute(select(col(Person.id), col(Person.name)).order_by(col(Person.name)))
    return [(row.id, row.name) for row in rows]


def signed(session: Session) -> Signed:
    """Read how far the log is signed."""
    connection = session.connection()
    size = tables.checkpoint.c.size
    newest = select(size).order_by(size.desc()).limit(1)
    out = newest.where(tables.checkpoint.c.reason.in_(LEAVING))
    return Signed(
        log.head(connection).size,
        connection.execute(newest).scalar_one_or_none() or 0,
        max(connection.execute(out).scalar_one_or_none() or 0, _taken(connection)),
    )


def _taken(connection: Connection) -> int:
    """How many entries the newest report or export covers: its checkpoint may have been signed for another reason."""
    exported = select(tables.entry.c.leaf).where(tables.entry.c.action.in_(_TAKING)).order_by(tables.entry.c.seq.desc())
    leaf = connection.execute(exported.limit(1)).scalar_one_or_none()
    data = json.loads(leaf)["data"] if leaf else {}
    return int(data.get("log_size") or data.get("size") or 0)


def _lines(*more: ColumnElement[Any]) -> Any:
    person = aliased(Person)
    entry_ = tables.entry.c
    identity = col(person.iss) + literal("#") + col(person.sub)
    return (
        select(entry_.seq, entry_.ts, entry_.actor, entry_.action, entry_.subject, col(person.name).label("who"), *more)
        .select_from(tables.entry)
        .outerjoin(person, and_(entry_.actor == identity))
    )


def _conditions(session: Session, wanted: EntryFilter) -> list[ColumnElement[bool]]:
    entry_ = tables.entry.c
    found: list[ColumnElement[bool]] = []
    if wanted.person_id is not None:
        person = session.get(Person, wanted.person_id)
        found.append(entry_.actor == (f"{person.iss}#{person.sub}" if person else ""))
    if wanted.events:
        found.append(entry_.action.in_([event.value for event in wanted.events]))
    if about := wanted.about.strip():
        found.append(entry_.subject.icontains(about, autoescape=True))
    if wanted.since is not None:
        found.append(entry_.ts >= log.stamp(wanted.since))
    if wanted.until is not None:
        found.append(entry_.ts < log.stamp(wanted.until))
    return found


def _line(row: Any) -> EntryLine:
    seq, ts, actor, action, subject, name, *_ = row
    kind, _, address = subject.partition(":")
    who = name or ("Signoff" if actor.startswith("signoff#") else actor)
    return EntryLine(seq, clock.parse(ts), _EVENTS.get(action), action, who, kind, address, address)


def _with_names(session: Session, lines: list[EntryLine]) -> list[EntryLine]:
    """Put names in place of identities; a local account stands there without its issuer."""
    people = {_identity(line.subject) for line in lines if line.subject_type in {"person", "actor"}}
    names = _people(session, people)
    looked_at = _looked_at(session, lines)
    return [
        replace(line, about=looked_at.get(line.seq) or names.get(_identity(line.subject), line.subject))
        for line in lines
    ]


def _looked_at(session: Session, lines: list[EntryLine]) -> dict[int, str]:
    """Name the account that a review of access looked at, which stands inside the entry."""
    wanted = [line.seq for line in lines if line.event is Event.ACCESS_REVIEW_RULED]
    if not wanted:
        return {}
    rows = session.connection().execute(
        select(tables.entry.c.seq, tables.entry.c.subject, tables.entry.c.leaf).where(tables.entry.c.seq.in_(wanted))
    )
    held = {row.seq: (row.subject, _identity(json.loads(row.leaf)["data"].get("person", ""))) for row in rows}
    names = _people(session, {identity for _, identity in held.values()})
    return {
        seq: f"{subject.partition(':')[2]}, {names.get(identity, identity)}"
        for seq, (subject, identity) in held.items()
    }


def _people(session: Session, identities: set[str]) -> dict[str, str]:
    identity = (col(Person.iss) + literal("#") + col(Person.sub)).label("identity")
    found = select(identity, col(Person.name)).where(identity.in_(identities))
    return {row.identity: row.name for row in session.connection().execute(found)} if identities else {}


def _identity(subject: str) -> str:
    return subject if "#" in subject else f"{_LOCAL}{subject}"


def _commitments(value: object) -> list[str]:
    if isinstance(value, dict):
        quoted = value.get("text_sha256")
        own = [quoted] if isinstance(quoted, str) else []
        return own + [one for part in value.values() for one in _commitments(part)]
    if isinstance(value, list):
        return [one for part in value for one in _commitments(part)]
    return []
