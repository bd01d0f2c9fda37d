"""The store: one database, one folder of files, one log. Everything that changes goes through here."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from core import clock as clocks
from core.audit import log
from core.audit.actor import Actor
from core.audit.event import Event, Subject
from core.clock import Clock
from core.errors import AccessError, GovernanceError, IntegrityError, TransitionError
from core.store import anchor, checkpointing, keys, migration, roles, selfcheck
from core.store.blobs import Blobs
from core.store.engine import read_engine, write_engine
from core.store.keys import Keys
from core.store.pseudonym import Pseudonyms
from core.store.release_key import LASTS, Issuer, ReleaseKeys
from core.store.selfcheck import Fault
from core.store.transaction import Reaction, Transaction, only_operational, watch

DATABASE, BLOBS, KEYS, ANCHOR = "signoff.db", "blobs", "keys", "anchor"


@dataclass(frozen=True, slots=True)
class Store:
    """An open store.

    Attributes:
        home: folder with the database (SQLite), the files and the keys; mode 0700.
        url: address of the database.
        clock: where moments come from.
        origin: present name of this log; two different trees never share one.
        blobs: the files.
        keys: the log's signing keys.
        anchor: file that keeps the newest signed checkpoint, best on another volume.
        faults: what the check at the start found; with any, the store can be read and not changed.
        writing: engine for changes.
        reader: engine for reading.
        reactions: what is done at the end of every transaction, in it.
        attestation_lasts: how long a release attestation holds.
    """

    home: Path
    url: str
    clock: Clock
    origin: str
    blobs: Blobs
    keys: Keys
    anchor: Path
    faults: tuple[Fault, ...]
    writing: Engine
    reader: Engine
    reactions: tuple[Reaction, ...] = ()
    attestation_lasts: timedelta = LASTS

    @classmethod
    def open(
        cls,
        home: Path,
        url: str | None = None,
        *,
        clock: Clock = clocks.system,
        origin: str = "localhost/audit",
        anchor: Path | None = None,
        reactions: tuple[Reaction, ...] = (),
        migration_url: str | None = None,
        attestation_lasts: timedelta = LASTS,
    ) -> "Store":
        """Open a store, creating or migrating it as needed.

        Args:
            home: folder of the store; made when missing.
            url: database address; by default SQLite inside `home`.
            clock: source of moments, replaced in tests.
            origin: name that a new log gets, without spaces and `+`; an existing log keeps its own.
            anchor: file for the newest checkpoint; by default inside `home`.
            reactions: what higher rooms do at the end of every transaction, in it.
            migration_url: address of the PostgreSQL role that owns the tables, where it is not the one of `url`.
            attestation_lasts: how long a release attestation holds.

        Raises:
            GovernanceError: the database is newer than this program.
        """
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        address = url or f"sqlite:///{home / DATABASE}"
        writing = write_engine(address)
        if migration_url:
            roles.prepare_at(migration_url, address)
        else:
            migration.upgrade(writing)
        ring, outside = Keys(home / KEYS), anchor or home / ANCHOR
        with writing.begin() as connection:
            ring.begin(connection, origin, log.stamp(clock()))
        ReleaseKeys(home / KEYS).begin()
        reader = read_engine(address)
        with reader.connect() as connection:
            present = keys.origin(connection)
            faults = tuple(selfcheck.faults(connection, ring, outside))
        return cls(
            home=home,
            url=address,
            clock=clock,
            origin=present,
            blobs=Blobs(str(home / BLOBS)),
            keys=ring,
            anchor=outside,
            faults=faults,
            writing=writing,
            reader=reader,
            reactions=reactions,
            attestation_lasts=attestation_lasts,
        )

    @contextmanager
    def transaction(self, actor: Actor, request: str | None = None) -> Iterator[Transaction]:
        """Change something: all of it with its events, or nothing.

        A refused access or move rolls back and is recorded by itself.

        Args:
            actor: who changes.
            request: the id under which the door knows this, for all events of it; by default a new one.

        Raises:
            RuntimeError: rows were touched and no event was recorded.
            IntegrityError: the store was opened with faults, or the log was rolled back since.
        """
        self._must_be_sound()
        request = request or uuid.uuid4().hex
        try:
            with self._changing(actor, request) as tx:
                yield tx
        except (AccessError, TransitionError) as refusal:
            with self._changing(actor, request) as tx:
                _record_refusal(tx, refusal)
            raise

    def checkpoint(self, reason: str) -> str:
        """Sign the log as it stands, keep the checkpoint, and move the anchor.

        Returns:
            The signed note; the one of before when nothing was appended since.

        Raises:
            IntegrityError: the store was opened with faults, or the log was rolled back since.
        """
        self._must_be_sound()
        with self.writing.begin() as connection:
            note = checkpointing.sign(connection, self.keys, self.anchor, reason)
        anchor.write(self.anchor, note)
        return note

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read from one consistent moment; the database refuses changes here."""
        with Session(self.reader, expire_on_commit=False, info={"clock": self.clock}) as session:
            yield session

    @contextmanager
    def housekeeping(self) -> Iterator[Session]:
        """Change operational rows (sessions, throttle); every other table is refused."""
        with self.writing.connect() as connection:
            watch(connection, only_operational)
            with Session(connection, expire_on_commit=False) as session:
                yield session
                session.commit()

    @property
    def pseudonyms(self) -> Pseudonyms:
        """What replaces identifiers of cases; its key lies beside the other keys."""
        return Pseudonyms(self.home / "keys" / "identifiers.key")

    @property
    def issuer(self) -> Issuer:
        """In whose name releases are attested."""
        return Issuer(ReleaseKeys(self.home / KEYS), self.origin, self.attestation_lasts)

    def size(self) -> int:
        """Size of the log: the version of the world, and the key of every read cache."""
        with self.reader.connect() as connection:
            return log.head(connection).size

    def close(self) -> None:
        """Give the connections back."""
        self.writing.dispose()
        self.reader.dispose()

    @contextmanager
    def _changing(self, actor: Actor, request: str) -> Iterator[Transaction]:
        with self.writing.connect() as connection:
            touched: set[str] = set()
            watch(connection, touched.add)
            with Session(connection, expire_on_commit=False, info={"clock": self.clock}) as session:
                log.head(session.connection(), lock=True)  # decisions stand in line from here
                tx = Transaction(
                    session, actor, self.clock(), self.blobs, request, self.pseudonyms, self.issuer, touched=touched
                )
                yield tx
                for reaction in self.reactions:
                    reaction(tx)
                session.flush()
                if tx.owes_an_event():
                    raise RuntimeError(f"{sorted(tx.touched)} changed and no event says so.")
                reason = checkpointing.due(tx.events)
                note = checkpointing.sign(session.connection(), self.keys, self.anchor, reason) if reason else None
                session.commit()
        if note:
            anchor.write(self.anchor, note)
        for step in tx.afterwards:
            step()

    def _must_be_sound(self) -> None:
        if self.faults:
            raise IntegrityError(f"The store can be read and not changed. {self.faults[0].problem}", self.faults[0].fix)


def _record_refusal(tx: Transaction, refusal: GovernanceError) -> None:
    happened = Event.ACCESS_REFUSED if isinstance(refusal, AccessError) else Event.TRANSITION_REFUSED
    tx.record(happened, Subject("actor", f"{tx.actor.iss}#{tx.actor.sub}"), reason=tx.text(refusal.problem))
