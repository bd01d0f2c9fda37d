"""The verbs that change policies: draft, discard, publish, retire. Publishing is a permission of its own."""

from core.access import permission
from core.access.permission import Permission
from core.audit.actor import SYSTEM
from core.audit.event import Event, Subject
from core.digest import of_bytes
from core.errors import ConflictError, NotFoundError
from core.policy import queries
from core.policy.document import DEFAULTS, Document, PolicyError, default_text, parse
from core.policy.source import LONGEST, Problem
from core.policy.version import PolicyDraft, PolicyVersion
from core.registry.address import slug
from core.store.transaction import Transaction


def draft(tx: Transaction, name: str, source: str, *, started_from: int = 0) -> PolicyDraft:
    """Keep what is written of the next version of a policy; it need not be usable yet.

    Args:
        tx: the transaction.
        name: the policy it belongs to, new or known.
        source: YAML as far as it is written.
        started_from: revision that the writer had opened; 0 when there was no draft.

    Raises:
        AccessError: the actor may not.
        InputError: the name cannot be used, or the text is too long.
        ConflictError: somebody saved meanwhile; nothing was overwritten.
    """
    person = permission.require(tx.session, tx.actor, Permission.DRAFT_POLICY)
    slug(name, "policy")
    if len(source.encode()) > LONGEST:
        raise PolicyError([Problem(1, 1, "", "The text is longer than 256 KiB.")])
    kept = queries.draft(tx.session, name)
    if (kept.revision if kept else 0) != started_from:
        raise ConflictError(
            f"Somebody else saved a draft of {name} since you opened it.",
            "Compare both texts below and save again; yours was not lost.",
        )
    row = kept or PolicyDraft(name=name, source="", revision=0, saved_by=person.key, saved_at=tx.now)
    row.source, row.revision, row.saved_by, row.saved_at = source, started_from + 1, person.key, tx.now
    tx.add(row)
    tx.record(
        Event.POLICY_DRAFTED, Subject("policy", name), revision=row.revision, source=of_bytes(source.encode("utf-8"))
    )
    return row


def discard(tx: Transaction, name: str) -> None:
    """Throw a draft away.

    Raises:
        AccessError: the actor may not.
        NotFoundError: there is none.
    """
    permission.require(tx.session, tx.actor, Permission.DRAFT_POLICY)
    kept = queries.draft(tx.session, name)
    if kept is None:
        raise NotFoundError(f"There is no draft of {name}.", "It may have been published or thrown away meanwhile.")
    tx.session.delete(kept)
    tx.record(Event.POLICY_DISCARDED, Subject("policy", name), revision=kept.revision)


def publish(tx: Transaction, name: str, *, started_from: int) -> PolicyVersion:
    """Publish the draft of a policy as its next version. It governs from this moment and never changes again.

    Args:
        tx: the transaction.
        name: the policy.
        started_from: revision of the draft that was read before publishing.

    Raises:
        AccessError: the actor may not.
        NotFoundError: there is no draft.
        PolicyError: the draft is no usable policy; every problem with its line.
        ConflictError: somebody saved meanwhile, nothing changed since the last version, or another policy already
            governs the same materiality.
    """
    person = permission.require(tx.session, tx.actor, Permission.PUBLISH_POLICY)
    kept = queries.draft(tx.session, name)
    if kept is None:
        raise NotFoundError(f"There is no draft of {name}.", "Write one first, or check whether it was just published.")
    if kept.revision != started_from:
        raise ConflictError(
            f"Somebody else saved the draft of {name} since you read it.", "Read it again before publishing it."
        )
    document = parse(kept.source)
    if document.name != name:
        raise PolicyError([Problem(1, 1, "name", f"The text names {document.name!r}, the draft belongs to {name!r}.")])
    version = _publish(tx, document, kept.source, person.key)
    tx.session.delete(kept)
    return version


def publish_defaults(tx: Transaction) -> list[PolicyVersion]:
    """Publish the policies that come with Signoff into a store that never had any; otherwise do nothing.

    Raises:
        AccessError: the actor is neither Signoff itself nor somebody who may publish.
    """
    person = None if tx.actor == SYSTEM else permission.require(tx.session, tx.actor, Permission.PUBLISH_POLICY).key
    if queries.has_any(tx.session):
        return []
    return [_publish(tx, parse(text), text, person) for text in map(default_text, DEFAULTS)]


def retire(tx: Transaction, name: str) -> PolicyVersion:
    """Take a policy out of force. What it governed is governed by nothing until another is published.

    Raises:
        AccessError: the actor may not.
        NotFoundError: no version of it is in force.
    """
    person = permission.require(tx.session, tx.actor, Permission.PUBLISH_POLICY)
    version = queries.in_force(tx.session).get(name)
    if version is None:
        raise NotFoundError(f"No version of the policy {name} is in force.", "Look at its history.")
    version.retired_at, version.retired_by = tx.now, person.key
    tx.add(version)
    tx.record(Event.POLICY_RETIRED, Subject("policy", name, version.number), digest=version.digest)
    tx.concerns(None)
    return version


def _publish(tx: Transaction, document: Document, source: str, person_id: int | None) -> PolicyVersion:
    standing = queries.in_force(tx.session)
    last = queries.last_number(tx.session, document.name)
    same = standing.get(document.name)
    if same is not None and same.digest == document.digest():
        raise ConflictError(
            f"The draft says the same as {same.label}.", "Only comments or spacing differ; there is nothing to publish."
        )
    for other in standing.values():
        shared = set(document.governs) & set(other.document.governs)
        if other.name != document.name and shared:
            tiers = ", ".join(sorted(tier.value for tier in shared))
            raise ConflictError(
                f"The policy {other.name} already governs {tiers} materiality.",
                f"Retire {other.name}, or publish this text as its next version.",
            )
    version = tx.add(
        PolicyVersion(
            name=document.name,
            number=last + 1,
            title=document.title,
            source=source,
            content=document.content(),
            digest=document.digest(),
            published_by=person_id,
            published_at=tx.now,
        )
    )
    tx.record(
        Event.POLICY_PUBLISHED,
        Subject("policy", document.name, version.number),
        digest=version.digest,
        governs=[tier.value for tier in document.governs],
    )
    tx.concerns(None)
    return version
