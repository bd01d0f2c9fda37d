"""Saying more, or better, what a model is and who answers for it; never what follows from that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core import digest
from core.access import permission
from core.access.permission import Permission
from core.access.person import Person
from core.audit.event import Event
from core.errors import ConflictError, InputError
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
        owner_id: who answers for it.
    """

    name: str | None = None
    description: str | None = None
    tags: Sequence[str] | None = None
    next_review_at: datetime | None = None
    owner_id: int | None = None


def describe_model(tx: Transaction, model_slug: str, said: Description) -> RegisteredModel:
    """Change the words about a model; nothing happens when they are the ones it has.

    Raises:
        AccessError: the actor may not.
        InputError: the name is empty, a tag cannot be used, or the owner has no open account.
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
        "owner_id": said.owner_id or model.owner_id,
    }
    changed = sorted(name for name, value in wanted.items() if getattr(model, name) != value)
    if not changed:
        return model
    for name in changed:
        setattr(model, name, wanted[name])
    told = {name: str(wanted[name]) for name in changed}
    if "owner_id" in told:
        told["owner"] = _answering(tx, model.owner_id)
        del told["owner_id"]
    tx.add(model)
    said_now = digest.canonical(told).decode()
    tx.record(Event.MODEL_CHANGED, subject(model), fields=sorted(told), said=tx.text(said_now))
    return model


def must_stand(tx: Transaction, seen: RegisteredModel) -> None:
    """Refuse to change a model that is no longer what somebody saw when they began to write.

    Raises:
        ConflictError: it was changed meanwhile.
        NotFoundError: no such model.
    """
    if queries.model(tx.session, seen.slug).model_dump() != seen.model_dump():
        raise ConflictError(
            "Somebody changed this model while you were writing.", "Copy your words, look again, then save."
        )


def _answering(tx: Transaction, person_id: int) -> str:
    """Return the name of who is to answer for a model; InputError when they cannot."""
    person = tx.session.get(Person, person_id)
    if person is None or not person.active:
        raise InputError("The owner of a model needs an open account.", "Name somebody who can sign in.")
    return person.name
