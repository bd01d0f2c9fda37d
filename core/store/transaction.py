"""No change without its event: a transaction knows what it touched and refuses to commit it unrecorded."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import TextClause
from sqlmodel import Session, SQLModel

from core.audit import log, tables
from core.audit.actor import Actor
from core.audit.event import Event, Subject
from core.digest import Digest

if TYPE_CHECKING:
    from core.store.blobs import Blobs, Content
    from core.store.pseudonym import Pseudonyms
    from core.store.release_key import Issuer

Row = TypeVar("Row", bound=SQLModel)

Reaction = Callable[["Transaction"], None]
"""What a higher room does at the end of every transaction, in it, so that no door can forget it."""

OPERATIONAL = (
    "browser_session",
    "provider_session",
    "errand",
    "throttle",
    "token_use",
    "idempotency_key",
    "cursor",
    "delivery",
    "notification_preference",
    "alert_look",
)
"""Tables of the running house, not of its history: they change through `store.housekeeping()` only."""

_LOG = frozenset(table.name for table in tables.ALL)


@dataclass(slots=True)
class Transaction:
    """One change and its events. Actions take it first; they never commit.

    Attributes:
        session: the open session on the write engine.
        actor: who changes.
        now: the one moment of this transaction, aware, in UTC.
        blobs: the files of the store.
        request: one id for all events of this transaction.
        pseudonyms: replaces identifiers of cases before anything is stored.
        issuer: in whose name releases are attested.
        events: what has been recorded so far.
        touched: tables that were changed so far.
        afterwards: steps to take once everything is committed; they may fail and be taken again.
        concerned: models whose evidence changed, so that signatures under it may be stale; None is every model.
        signers: people whose signatures may have come to count, or not to count any more.
    """

    session: Session
    actor: Actor
    now: datetime
    blobs: "Blobs"
    request: str
    pseudonyms: "Pseudonyms"
    issuer: "Issuer"
    events: list[tuple[int, Event]] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    afterwards: list[Callable[[], None]] = field(default_factory=list)
    concerned: set[int | None] = field(default_factory=set)
    signers: set[int] = field(default_factory=set)

    def add(self, row: Row) -> Row:
        """Write a row and let the database give it its key."""
        self.session.add(row)
        self.session.flush()
        return row

    def record(self, happened: Event, subject: Subject, **data: object) -> int:
        """Append an event to the log, in this transaction.

        Args:
            happened: what happened.
            subject: to what.
            data: digests, numbers and short words; free text goes through `text`, personal data nowhere.

        Returns:
            The position of the entry in the log.
        """
        self.session.flush()
        seq = log.append(
            self.session.connection(),
            self.actor,
            self.now,
            event=happened,
            subject=subject,
            data=data,
            req=self.request,
        )
        self.events.append((seq, happened))
        return seq

    def text(self, words: str) -> dict[str, str]:
        """Keep free text where it can be erased, and return what the log may quote of it."""
        return {"text_sha256": log.keep_text(self.session.connection(), words)}

    def keep(self, content: "Content", media_type: str) -> Digest:
        """Store bytes by their fingerprint and note them; the same bytes are stored once."""
        return self.blobs.note(self.session, content, media_type, self.now)

    def concerns(self, model_id: int | None) -> None:
        """Say that what people signed about a model may have changed; None says it of every model."""
        self.concerned.add(model_id)

    def concerns_signer(self, person_id: int) -> None:
        """Say that somebody may sign more or less than before."""
        self.signers.add(person_id)

    def owes_an_event(self) -> bool:
        """Tell whether rows were touched and nothing was recorded."""
        return bool(self.touched - _LOG) and not self.events


def watch(connection: Connection, seen: Callable[[str], None]) -> None:
    """Call `seen` with the name of every table that a statement on this connection changes.

    Raises:
        RuntimeError: from the connection, when hand-written SQL changes something unseen.
    """

    def before(_connection: Connection, clause: Any, *_: object) -> None:
        if isinstance(clause, UpdateBase):
            seen(str(getattr(clause.table, "name", clause.table)))
        elif isinstance(clause, TextClause) and not clause.text.lstrip().upper().startswith("SELECT"):
            raise RuntimeError("Changes go through tables, so that the store sees what they touch.")

    event.listen(connection, "before_execute", before)


def only_operational(name: str) -> None:
    """Refuse every table that housekeeping has no business with."""
    if name not in OPERATIONAL:
        raise RuntimeError(f"Housekeeping may not touch {name}; use store.transaction(actor).")
