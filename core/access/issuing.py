"""Tokens of people: making one, taking it back, recognising who stands behind it."""

import hmac
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, bindparam
from sqlalchemy import select as columns
from sqlalchemy.exc import IntegrityError as NotedError
from sqlmodel import Session, col, select

from core.access import permission
from core.access.permission import Permission
from core.access.person import Person
from core.access.token import (
    LONGEST,
    USED_EVERY,
    ApiToken,
    TokenScope,
    TokenUse,
    address,
    fingerprint,
    new_secret,
    stands,
    well_formed,
)
from core.audit.actor import Actor, ActorKind
from core.audit.event import Event, Subject
from core.errors import AccessError, ConflictError, InputError, NotFoundError
from core.store.store import Store
from core.store.transaction import Transaction

_STRANGE = "This is no token of this house."
_NEW_ONE = "Make a token on My account or with `signoff token create`, and send it as `Authorization: Bearer sgn_…`."


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who stands behind a token at this moment.

    Attributes:
        actor: the owner, acting through the token.
        model_ids: the models the token is bound to; empty means all.
    """

    actor: Actor
    model_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token in a list, without its secret, which nobody has any more.

    Attributes:
        id: its number; `address` writes it `TOK-7`.
        name: what its owner calls it.
        owner: name of the person it belongs to.
        scopes: what it may be used for.
        model_ids: the models it is bound to; empty means all.
        created_at: when it was made.
        ends_at: when it stops by itself.
        last_used_at: to the minute; None when never.
        revoked_at: when it was taken back; None while it was not.
    """

    id: int
    name: str
    owner: str
    scopes: tuple[TokenScope, ...]
    model_ids: tuple[int, ...]
    created_at: datetime
    ends_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    @property
    def address(self) -> str:
        """How people and the audit log name it."""
        return address(self.id)


def issue(
    tx: Transaction,
    name: str,
    scopes: Collection[TokenScope],
    *,
    model_ids: Collection[int] = (),
    lasts: timedelta = LONGEST,
) -> tuple[ApiToken, str]:
    """Make a token for the actor. Returns its row, and the secret, which is shown once and kept nowhere.

    Args:
        tx: the transaction.
        name: what its owner calls it, 1 to 80 characters.
        scopes: what it may be used for, at least one.
        model_ids: the models it is bound to; empty means all.
        lasts: how long it lives, more than nothing and at most `LONGEST`.

    Raises:
        AccessError: the actor is no active person; a token makes no tokens.
        InputError: no name, no scope, or a life that is too long.
    """
    person = permission.require(tx.session, tx.actor, Permission.KEEP_TOKENS)
    called = name.strip()
    if not 0 < len(called) <= 80 or not called.isprintable():
        raise InputError("This token needs a name.", "Write 1 to 80 characters, as in `nightly training`.")
    if not scopes:
        raise InputError("This token could do nothing.", f"Choose from {', '.join(TokenScope)}.")
    if not timedelta(0) < lasts <= LONGEST:
        raise InputError(f"A token lives at most {LONGEST.days} days.", f"Choose 1 to {LONGEST.days} days.")
    secret = new_secret()
    row = tx.add(
        ApiToken(
            person_id=person.key,
            name=called,
            secret_sha256=fingerprint(secret),
            scopes=[scope.value for scope in TokenScope if scope in scopes],
            model_ids=sorted(set(model_ids)),
            created_at=tx.now,
            ends_at=tx.now + lasts,
        )
    )
    tx.record(
        Event.TOKEN_CREATED,
        Subject("token", row.address),
        scopes=row.scopes,
        models=row.model_ids,
        days=str(lasts.days),
        name=tx.text(called),
    )
    return row, secret


def revoke(tx: Transaction, token_id: int) -> ApiToken:
    """Take a token back, one's own or as an administrator anybody's; its next call is refused.

    Raises:
        AccessError: the actor neither owns it nor manages people.
        ConflictError: it was revoked already.
        NotFoundError: there is no such token.
    """
    person = permission.require(tx.session, tx.actor, Permission.KEEP_TOKENS)
    row = tx.session.get(ApiToken, token_id)
    if row is None:
        raise NotFoundError(f"There is no token {address(token_id)}.", "See `signoff token list`.")
    if row.person_id != person.id:
        permission.require(tx.session, tx.actor, Permission.MANAGE_PEOPLE)
    if row.revoked_at is not None:
        raise ConflictError(f"{row.address} was revoked already.", "Nothing more needs to be done.")
    row.revoked_at, row.revoked_by = tx.now, person.id
    tx.add(row)
    tx.record(Event.TOKEN_REVOKED, Subject("token", row.address))
    return row


def revoke_all(tx: Transaction, who: Person) -> int:
    """Take the working tokens of a person back as part of something else, which records the event; returns how many."""
    standing = tx.session.exec(
        select(ApiToken).where(
            ApiToken.person_id == who.key, col(ApiToken.revoked_at).is_(None), col(ApiToken.ends_at) > tx.now
        )
    ).all()
    for row in standing:
        row.revoked_at, row.revoked_by = tx.now, tx.actor.person_id
        tx.add(row)
    return len(standing)


def recognise(store: Store, secret: str) -> Bearer:
    """Return who stands behind a token now, and note its use once a minute.

    Args:
        store: the house.
        secret: as it was sent.

    Raises:
        AccessError: malformed, unknown, revoked, expired, or its owner's account is closed.
    """
    if not well_formed(secret):
        raise AccessError(_STRANGE, _NEW_ONE)
    now, kept = store.clock(), fingerprint(secret)
    with store.reading() as session:
        found = session.connection().execute(_BEARER, {"kept": kept}).first()
    if found is None or not hmac.compare_digest(found.secret_sha256, kept):
        raise AccessError(_STRANGE, _NEW_ONE)
    if not stands(found.revoked_at, found.ends_at, now):
        ended = "was revoked" if found.revoked_at else "has expired"
        raise AccessError(f"The token {address(found.token_id)} {ended}.", "Make a new one on My account.")
    if not found.active:
        raise AccessError("The account behind this token is closed.", "Ask an administrator to open it.")
    if found.last_at is None or now - found.last_at >= USED_EVERY:
        with suppress(NotedError), store.housekeeping() as session:  # a call beside this one noted it first
            session.merge(TokenUse(token_id=found.token_id, last_at=now))
    actor = Actor(found.iss, found.sub, ActorKind.TOKEN, found.person_id, "token", found.token_id)
    return Bearer(actor, tuple(found.model_ids))


def tokens(session: Session, person_id: int | None = None, *, standing_at: datetime | None = None) -> list[TokenLine]:
    """List tokens, at most 200: whatever ends last first, and what was revoked at the end, where it hides nothing.

    Args:
        session: where to read.
        person_id: only of this person; None lists everybody's.
        standing_at: only what works at this moment; None lists revoked and expired ones too.
    """
    wanted = (
        select(ApiToken, Person.name, TokenUse.last_at)
        .join(Person, col(Person.id) == col(ApiToken.person_id))
        .outerjoin(TokenUse, col(TokenUse.token_id) == col(ApiToken.id))
        .order_by(col(ApiToken.revoked_at).is_not(None), col(ApiToken.ends_at).desc(), col(ApiToken.id).desc())
        .limit(200)
    )
    if person_id is not None:
        wanted = wanted.where(ApiToken.person_id == person_id)
    if standing_at is not None:
        wanted = wanted.where(col(ApiToken.revoked_at).is_(None), col(ApiToken.ends_at) > standing_at)
    return [_line(*row) for row in session.exec(wanted)]


def _line(row: ApiToken, owner: str, last_at: datetime | None) -> TokenLine:
    return TokenLine(
        id=row.key,
        name=row.name,
        owner=owner,
        scopes=tuple(scope for scope in TokenScope if scope in row.allowed),
        model_ids=tuple(row.model_ids),
        created_at=row.created_at,
        ends_at=row.ends_at,
        last_used_at=last_at,
        revoked_at=row.revoked_at,
    )


# Written once, because it is asked at every call.
_BEARER: Final[Select[*tuple[Any, ...]]] = (
    columns(
        col(ApiToken.id).label("token_id"),
        col(ApiToken.secret_sha256),
        col(ApiToken.revoked_at),
        col(ApiToken.ends_at),
        col(ApiToken.model_ids),
        col(ApiToken.person_id),
        col(Person.iss),
        col(Person.sub),
        col(Person.active),
        col(TokenUse.last_at),
    )
    .join(Person, col(Person.id) == col(ApiToken.person_id))
    .outerjoin(TokenUse, col(TokenUse.token_id) == col(ApiToken.id))
    .where(col(ApiToken.secret_sha256) == bindparam("kept"))
)
