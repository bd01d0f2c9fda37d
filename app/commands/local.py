"""The store of this machine, and the account that acts on it."""

from collections.abc import Iterator
from contextlib import contextmanager

from app import house
from app.commands import door
from app.settings import Settings, settings
from core.access import queries
from core.access.person import Person
from core.audit.actor import Actor
from core.errors import InputError
from core.store.store import Store


@contextmanager
def local_store(chosen: Settings | None = None) -> Iterator[Store]:
    """Open the store of this machine for one command.

    Raises:
        GovernanceError: it cannot be opened as it is, or a server was named for what works here only.
    """
    door.on_this_machine()
    store = house.opened(chosen or settings())
    try:
        yield store
    finally:
        store.close()


def acting_person(store: Store) -> Person:
    """Return the active account that SIGNOFF_USER names.

    Raises:
        InputError: none is named, or none like that is active.
    """
    named = settings().user
    if not named:
        raise InputError("This command does not know who you are.", "Set SIGNOFF_USER to your user name.")
    with store.reading() as session:
        person = queries.by_username(session, named)
    if person is None or not person.active:
        raise InputError(f"There is no active account {named!r}.", "Set SIGNOFF_USER to your user name.")
    return person


def acting(store: Store) -> Actor:
    """Return the account that SIGNOFF_USER names as the one who acts, by method `cli`; it can never sign.

    Raises:
        InputError: none is named, or none like that is active.
    """
    return acting_person(store).actor("cli")
