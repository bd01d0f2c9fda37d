"""Registering webhooks, changing and removing them: changes of the house, so they are recorded."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import col, select

from core.access.permission import Permission, require
from core.audit.event import Event, Subject
from core.errors import ConflictError, InputError
from core.notifications import destination, queries
from core.notifications.kind import Kind
from core.notifications.webhook import Webhook
from core.store.transaction import Transaction

MOST: int = 20
"""Most webhooks of one house; each is called at every notification."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A webhook as somebody wants it.

    Attributes:
        url: where it leads.
        kinds: what it is told.
    """

    url: str
    kinds: Collection[Kind]


def register_webhook(tx: Transaction, wanted: Wanted, excepted: Collection[str] = ()) -> Webhook:
    """Let another system be told from now on; its secret is shown by `webhook.secret`, once, by whoever registered it.

    Args:
        tx: the transaction.
        wanted: where it leads and what it is told.
        excepted: names that may lead inside, from the settings of the server.

    Raises:
        AccessError: the actor does not manage connections.
        InputError: the address cannot be used, or nothing would be told.
        ConflictError: it is registered already, or there are too many.
    """
    who = require(tx.session, tx.actor, Permission.MANAGE_CONNECTIONS)
    leads = destination.accept(wanted.url.strip(), excepted)
    kinds = _kinds(wanted.kinds)
    standing = tx.session.exec(select(Webhook).where(col(Webhook.removed_at).is_(None))).all()
    if any(other.url == leads.url for other in standing):
        raise ConflictError("This address is registered already.", "Remove it first to give it a new secret.")
    if len(standing) >= MOST:
        raise ConflictError(f"There are {MOST} webhooks already.", "Remove one that is no longer needed.")
    hook = tx.add(
        Webhook(
            url=leads.url,
            host=leads.name,
            salt=secrets.token_hex(16),
            kinds=kinds,
            created_by=who.key,
            created_at=tx.now,
        )
    )
    # An address may carry a secret of its own in its path, so the log quotes the host only.
    tx.record(Event.WEBHOOK_REGISTERED, _subject(hook), host=hook.host, kinds=hook.kinds)
    return hook


def change_webhook(tx: Transaction, webhook_id: int, kinds: Collection[Kind]) -> None:
    """Choose anew what another system is told; its address, its secret and its numbering stay.

    Raises:
        AccessError: the actor does not manage connections.
        NotFoundError: no such webhook stands.
        InputError: nothing would be told.
    """
    require(tx.session, tx.actor, Permission.MANAGE_CONNECTIONS)
    hook = queries.webhook(tx.session, webhook_id)
    hook.kinds = _kinds(kinds)
    tx.add(hook)
    tx.record(Event.WEBHOOK_CHANGED, _subject(hook), host=hook.host, kinds=hook.kinds)


def remove_webhook(tx: Transaction, webhook_id: int) -> None:
    """Tell another system nothing more; what waits for it is given up at its next try.

    Raises:
        AccessError: the actor does not manage connections.
        NotFoundError: no such webhook stands.
    """
    who = require(tx.session, tx.actor, Permission.MANAGE_CONNECTIONS)
    hook = queries.webhook(tx.session, webhook_id)
    hook.removed_at, hook.removed_by = tx.now, who.key
    tx.add(hook)
    tx.record(Event.WEBHOOK_REMOVED, _subject(hook), host=hook.host)


def _kinds(wanted: Collection[Kind]) -> list[str]:
    if not wanted:
        raise InputError("The webhook would be told nothing.", "Choose at least one thing to tell.")
    return [kind.value for kind in Kind if kind in wanted]


def _subject(hook: Webhook) -> Subject:
    return Subject("webhook", hook.address)
