"""Proof of identity at the moment of a decision. Having signed in earlier does not count."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from core.access import throttle
from core.access.password import LocalPassword, matches
from core.access.person import Person
from core.audit.actor import SYSTEM, Actor
from core.audit.event import Event
from core.errors import AccessError, InputError
from core.store.store import Store

FRESH_FOR: Final = timedelta(minutes=5)
"""How long a proof may wait for the decision it was given for."""


class WrongPasswordError(AccessError):
    """What was typed is not the stored password; each door says it in its own words."""


class ProofMethod(StrEnum):
    """How somebody showed, at that moment, who they are."""

    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    PROVIDER = "provider"
    SEEDED = "seeded"

    @property
    def words(self) -> str:
        """Return how the proof was given, as a record says it."""
        return _WORDS[self]


_WORDS = {
    ProofMethod.PASSWORD: "password entered for this decision",
    ProofMethod.PROVIDER: "identity provider asked for this decision",
    ProofMethod.SEEDED: "simulated history, nobody was asked",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """That one person proved who they are, by `method`, at a moment.

    Attributes:
        method: how.
        at: when.
        person_id: who.
        errand: what was asked of the provider; such a proof counts for one decision, see `core.access.step_up.spend`.
    """

    method: ProofMethod
    at: datetime
    person_id: int
    errand: int | None = None

    def require_fresh(self, actor: Actor, now: datetime) -> None:
        """Refuse a proof that belongs to somebody else or has waited too long.

        Raises:
            AccessError: not the actor's own, from the future, or older than `FRESH_FOR`.
        """
        if self.person_id != actor.person_id:
            raise AccessError("This proof of identity belongs to somebody else.", "Prove who you are yourself.")
        if not now - FRESH_FOR <= self.at <= now + timedelta(seconds=1):
            raise AccessError("The proof of identity is too old for a decision.", "Prove who you are once more.")


def prove(store: Store, person: Person, password: str) -> Proof:
    """Check a password for a decision that follows at once.

    Takes some 50 ms on purpose and opens no transaction while it hashes.

    Raises:
        AccessError: the password is wrong, or was wrong too often.
        InputError: nothing was typed, which counts as no try.
    """
    if not password:
        raise InputError("Type your password.", "It is the one that you sign in with.")
    try:
        check_password(store, person, password, throttle.decisions(person.key))
    except WrongPasswordError as wrong:
        raise AccessError(
            "This is not your password.", "Type the one that you sign in with, or ask an administrator for a new link."
        ) from wrong
    return Proof(ProofMethod.PASSWORD, store.clock(), person.key)


def check_password(store: Store, person: Person | None, password: str, counted: str, host: str | None = None) -> None:
    """Compare a password with the stored one, as often as the throttle allows.

    Args:
        store: where the people are.
        person: whose password is asked for; None when nobody has that name, which answers alike.
        password: what was typed.
        counted: the key of `core.access.throttle` under which tries at this account count.
        host: the network address, counted too when it is known.

    Raises:
        AccessError: wrong, or wrong too often; the sentence does not tell whether the account exists.
    """
    now = store.clock()
    keys = [(counted, throttle.PER_ACCOUNT)]
    if host is not None:
        keys.append((throttle.address(host), throttle.PER_ADDRESS))
    with store.housekeeping() as session:
        waits = [moment for key, allowed in keys if (moment := throttle.begin(session, key, now, allowed))]
    if waits:
        raise AccessError("Too many wrong passwords.", throttle.pause(max(waits), now))
    with store.reading() as session:
        stored = session.get(LocalPassword, person.id) if person is not None else None
        known = stored.hash if stored else None
    if not matches(known, password) or person is None or not person.active:
        _record_if_too_many(store, person, counted)
        raise WrongPasswordError(
            "User name or password is wrong.", "Check both, or ask an administrator for a new link."
        )
    with store.housekeeping() as session:
        throttle.forgive(session, counted)
        if host is not None:
            throttle.excuse(session, throttle.address(host))


def _record_if_too_many(store: Store, person: Person | None, key: str) -> None:
    # Once, when the free tries are used up: a stranger who guesses must not be able to fill the log.
    with store.reading() as session:
        row = session.get(throttle.Attempt, key)
    if person is not None and row is not None and row.tries == throttle.PER_ACCOUNT:
        with store.transaction(SYSTEM) as tx:
            tx.record(Event.SIGN_IN_REFUSED, person.subject, tries=row.tries)
