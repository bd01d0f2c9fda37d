"""The six people of the demo, acting in the simulated history: each action as one of them, on a day of the past."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.access.actions import create_personas
from core.access.person import Person
from core.access.proof import Proof, ProofMethod
from core.audit.actor import SYSTEM, Actor
from core.store.store import Store
from core.store.transaction import Transaction
from seed_data.calendar import Calendar


class Cast:
    """People, the store they work in, and the clock they live by.

    Args:
        store: an empty store, opened with `calendar` as its clock.
        calendar: the clock.
    """

    def __init__(self, store: Store, calendar: Calendar) -> None:
        self.store = store
        self.calendar = calendar
        with store.transaction(SYSTEM) as tx:
            self.people: dict[str, Person] = create_personas(tx)

    def actor(self, username: str) -> Actor:
        """A person as the one who acts, by the method that marks simulated history."""
        return self.people[username].actor("seeded")

    def key(self, username: str) -> int:
        """The row of a person."""
        return self.people[username].key

    @contextmanager
    def on(self, days_ago: int, username: str, hour: int = 10) -> Iterator[Transaction]:
        """Let a person do something on a past day."""
        self.calendar.turn_to(days_ago, hour)
        with self.store.transaction(self.actor(username)) as tx:
            yield tx

    def proof(self, tx: Transaction, username: str) -> Proof:
        """The proof of identity of a simulated decision; every record of it says that nobody was asked."""
        return Proof(ProofMethod.SEEDED, tx.now, self.key(username))
