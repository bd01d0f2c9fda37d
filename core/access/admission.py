"""Letting in whom an identity provider vouches for: known by issuer and subject, with the name and role it gives."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.access import identity, queries
from core.access.permission import Permission, require
from core.access.person import LOCAL, Person, SystemRole
from core.audit.actor import Actor, ActorKind
from core.audit.event import Event
from core.errors import AccessError, ConflictError, InputError
from core.store.transaction import Transaction

METHOD: Final = "provider"
"""How somebody came in whom a provider vouches for; stands on the session and in `Actor.method`."""

_UNUSABLE: Final = re.compile(r"[^a-z0-9._-]+")


class Admission(StrEnum):
    """What happens to somebody who was never here."""

    CREATE = "create"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who a provider says is there. Only `iss` and `sub` say who it is; the rest is for reading.

    Attributes:
        iss: the provider's issuer, exactly as it signs it.
        sub: the identity there.
        username: a wish for a user name; may be empty.
        name: name to show; may be empty.
        email: where to write to; None when unknown, or said not to be verified.
        groups: groups at the provider, as it listed them.
    """

    iss: str
    sub: str
    username: str = ""
    name: str = ""
    email: str | None = None
    groups: tuple[str, ...] = ()

    @property
    def actor(self) -> Actor:
        """Who arrives, as the one who acts: with an identity, and with a row only once let in."""
        return Actor(iss=self.iss, sub=self.sub, kind=ActorKind.USER, person_id=None, method=METHOD)


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a provider's people come in.

    Attributes:
        strangers: what happens to somebody who was never here.
        roles: group → system role; where it is empty, roles are given on the People page only.
    """

    strangers: Admission
    roles: Mapping[str, SystemRole]


def role_of(groups: Collection[str], roles: Mapping[str, SystemRole]) -> SystemRole:
    """Return the highest role that the groups give, viewer when they give none.

    >>> role_of(["ml", "chess"], {"ml": SystemRole.CONTRIBUTOR, "ops": SystemRole.ADMIN}).value
    'contributor'
    """
    given = {role for group, role in roles.items() if group in groups}
    return next((role for role in reversed(SystemRole) if role in given), SystemRole.VIEWER)


def admit(tx: Transaction, arrival: Arrival, terms: Terms) -> Person:
    """Return the person who arrives, created on a first visit, with the role, name and address that stand there today.

    Who it is never follows: issuer, subject and user name stay. An address that another account has is not taken
    over, and at a later visit nothing else with it; the log says so.

    Args:
        tx: the transaction; `arrival.actor` acts.
        arrival: who the provider says is there.
        terms: on which terms its people come in.

    Raises:
        AccessError: a stranger where strangers are refused, or a closed account.
        InputError: the provider's identity cannot be stored.
    """
    known = queries.by_identity(tx.session, arrival.iss, arrival.sub)
    if known is None:
        return _create(tx, arrival, terms)
    if not known.active:
        raise AccessError("This account is closed.", "Ask an administrator of Signoff to open it again.")
    if terms.roles:
        _follow(tx, known, role_of(arrival.groups, terms.roles))
    _take_over(tx, known, *_shown(arrival, known.username, known.name, known.email))
    return known


def expect(tx: Transaction, arrival: Arrival, role: SystemRole) -> Person:
    """Create the account of somebody who will come in through a provider: the way in where strangers are refused.

    Args:
        tx: the transaction.
        arrival: issuer and subject as the provider will sign them, and how the person is called here.
        role: what they may reach, until groups say otherwise.

    Raises:
        AccessError: the actor does not manage people.
        ConflictError: this identity or this user name is here already.
        InputError: a value cannot be used.
    """
    require(tx.session, tx.actor, Permission.MANAGE_PEOPLE)
    username, name, email = identity.accept(arrival.username, arrival.name, arrival.email)
    if queries.by_identity(tx.session, arrival.iss, arrival.sub) is not None:
        raise ConflictError("This identity has an account already.", "Look for it on the People page.")
    if queries.by_username(tx.session, username) is not None:
        raise ConflictError("This user name is taken.", "Choose another one.")
    return _add(tx, arrival, username, name, email=email, role=role)


def username_from(wish: str) -> str:
    """Return what of a wish can be a user name, so short that a number fits behind it.

    >>> username_from("Zoë.Müller@example.org"), username_from("李")
    ('zoe.muller', 'person')
    """
    plain = unicodedata.normalize("NFKD", wish.partition("@")[0]).encode("ascii", "ignore").decode().lower()
    usable = _UNUSABLE.sub("-", plain).strip("._-")[:50].rstrip("._-")
    return usable if len(usable) > 1 else "person"


def _create(tx: Transaction, arrival: Arrival, terms: Terms) -> Person:
    if terms.strangers is Admission.REFUSE:
        raise AccessError("Nobody here knows you yet.", "Ask an administrator of Signoff to let your account in.")
    username = _free(tx, username_from(arrival.username or arrival.email or arrival.name))
    name, email = _shown(arrival, username, username, None)
    taken = queries.has_address(tx.session, email)
    who = _add(tx, arrival, username, name, email=None if taken else email, role=role_of(arrival.groups, terms.roles))
    if taken:
        tx.record(Event.PERSON_PROFILE_REFUSED, who.subject, fields=["email"])
    return who


def _add(tx: Transaction, arrival: Arrival, username: str, name: str, *, email: str | None, role: SystemRole) -> Person:
    if arrival.iss == LOCAL or not 0 < len(arrival.sub) <= 255 or not 0 < len(arrival.iss) <= 255:
        raise InputError("The identity provider names this person in a way that cannot be kept.", "Ask there.")
    who = Person(
        iss=arrival.iss,
        sub=arrival.sub,
        username=username,
        name=name,
        email=email,
        system_role=role,
        created_at=tx.now,
    )
    tx.add(who)
    tx.record(Event.PERSON_CREATED, who.subject, role=role.value, demo=False)
    return who


def _follow(tx: Transaction, who: Person, role: SystemRole) -> None:
    if who.system_role is role:
        return
    was, who.system_role = who.system_role, role
    tx.add(who)
    tx.record(Event.PERSON_SYSTEM_ROLE_SET, who.subject, was=was.value, role=role.value, why="groups")


def _take_over(tx: Transaction, who: Person, name: str, email: str | None) -> None:
    said = {"name": name, "email": email}
    changed = sorted(field for field, value in said.items() if getattr(who, field) != value)
    if "email" in changed and queries.has_address(tx.session, email, but=who.key):
        tx.record(Event.PERSON_PROFILE_REFUSED, who.subject, fields=changed)
        return
    for field in changed:
        setattr(who, field, said[field])
    if changed:
        tx.add(who)
        tx.record(Event.PERSON_PROFILE_FOLLOWED, who.subject, fields=changed)


def _free(tx: Transaction, wanted: str) -> str:
    """Return the user name, with a number behind it where somebody has it already."""
    name, number = wanted, 1
    while queries.by_username(tx.session, name) is not None:
        number += 1
        name = f"{wanted}-{number}"
    return name


def _shown(arrival: Arrival, username: str, name: str, email: str | None) -> tuple[str, str | None]:
    """Return name and address as far as they can be shown; in place of what cannot, or is not said, stand these."""
    with suppress(InputError):
        name = identity.accept(username, arrival.name, None)[1]
    with suppress(InputError):
        email = identity.accept(username, name, arrival.email)[2] or email
    return name, email
