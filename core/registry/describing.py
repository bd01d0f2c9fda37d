"""Saying more, or better, what a model is: words about it, never what follows from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core import digest
from core.access import permission
from core.access.permission import Permission
from core.audit.event import Event
from core.errors import InputError
from core.registry import queries
from core.registry.actions import accepted_tags, subject
from core.registry.model import RegisteredModel
from core.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Description:
    """New words about a model; what is None stays as it is.

    Attributes:
        name: name for people.
        description: a few sentences.
        tags: short words to find it by; replaces the ones it has.
        next_review_at: when it is looked at again.
    """

    name: str | None = None
    description: str | None = None
    tags: Sequence[str] | None = None
    next_review_at: datetime | None = None


def describe_model(tx: Transaction, model_slug: str, said: Description) -> RegisteredModel:
    """Change the words about a model; nothing happens when they are the ones it has.

    Raises:
        AccessError: the actor may not.
        InputError: the name is empty, or a tag cannot be used.
        NotFoundError: no such model.
    """
    model = queries.model(tx.session, model_slug)
    permission.require(tx.session, tx.actor, Permission.DESCRIBE_MODEL, model.scope)
    if said.name is not None and not said.name.strip():
        raise InputError("A model needs a name.", "Write one that a stranger understands.")
    wanted: dict[str, object] = {
        "name": said.name.strip() if said.name is not None else model.name,
        "description": said.description.strip() if said.description is not None else model.description,
        "tags": accepted_tags(said.tags) if said.tags is not None else model.tags,
        "next_review_at": said.next_review_at or model.next_review_at,
    }
    changed = sorted(name for name, value in wanted.items() if getattr(model, name) != value)
    if not changed:
        return model
    for name in changed:
        setattr(model, name, wanted[name])
    tx.add(model)
    said_now = digest.canonical({name: str(wanted[name]) for name in changed}).decode()
    tx.record(Event.MODEL_CHANGED, subject(model), fields=changed, said=tx.text(said_now))
    return model
