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
def local_store(chosen: Settings | None = None, *, make: bool = False) -> Iterator[Store]:
    """Open the store of this machine for one command.

    Args:
        chosen: the settings; those of this process by default.
        make: begin one where none is. A mistyped SIGNOFF_HOME must not become a store with keys of its own.

    Raises:
        InputError: there is none, or a server was named for what works here only.
        GovernanceError: it cannot be opened as it is.
    """
    door.on_this_machine()
    chosen = chosen or settings()
    if not make and not house.is_made(chosen):
        raise InputError(
            f"There is no store here yet: {chosen.home} holds none.",
            "Make one with `signoff init`, or name the folder of yours in SIGNOFF_HOME.",
        )
    store = house.opened(chosen)
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
