"""Who is here: what every page starts with.

here = visit.current()
with here.store.transaction(here.actor) as tx: ...
"""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from app import house
from app.settings import settings
from app.signin.cookies import session_cookie
from core.access import entering, permission, queries
from core.access.permission import Permission
from core.access.person import Person, ReviewRole
from core.access.scope import EVERYTHING, Scope
from core.audit.actor import Actor
from core.errors import AccessError
from core.store.store import Store


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at one page by one person.

    Attributes:
        store: where everything is.
        actor: who acts, for `store.transaction`.
        person: the same, with name and system role.
        roles: standing review roles with their reach.
        now: the moment of this run, in UTC; what is due or fresh is decided against it.
        zone: time zone of the browser, for showing moments.
        demo: whether this is the demo, and so simulated history.
        session_id: the browser session.
    """

    store: Store
    actor: Actor
    person: Person
    roles: tuple[tuple[ReviewRole, Scope], ...]
    now: datetime
    zone: tzinfo
    demo: bool
    session_id: int

    def may(self, wanted: Permission, place: Scope | str = EVERYTHING) -> bool:
        """Tell whether to show a button; the action behind it asks again."""
        return permission.allows(wanted, self.person.system_role, list(self.roles), place)

    def holds(self, role: ReviewRole) -> bool:
        """Tell whether the visitor signs in this role anywhere."""
        return any(held is role for held, _ in self.roles)


class SignedOutError(AccessError):
    """Nobody stands behind the cookie any more."""

    def __init__(self) -> None:
        super().__init__("You are signed out.", "Sign in again to go on where you were.")


def current() -> Visit:
    """Return who is here now, asked from the store on every run.

    Raises:
        SignedOutError: the session ended, or the account was closed.
    """
    store = house.store()
    found = entering.recognise(store, cookie(), settings().idle)
    if found is None:
        raise SignedOutError
    with store.reading() as session:
        roles = tuple(permission.grants_of(session, found.person.key))
        demo = queries.is_demo(session)
    return Visit(
        store=store,
        actor=found.person.actor(found.method),
        person=found.person,
        roles=roles,
        now=store.clock(),
        zone=_zone(),
        demo=demo,
        session_id=found.session_id,
    )


def cookie() -> str | None:
    """Return the session cookie that the browser sent when it opened the page."""
    return st.context.cookies.get(session_cookie())


def _zone() -> tzinfo:
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
