"""The verbs that change cards. A save never overwrites: it names the state it started from and adds a new one."""

from collections.abc import Mapping, Sequence
from typing import Any

from core import digest
from core.access import permission
from core.access.permission import Permission
from core.audit.event import Event, Subject
from core.cards import exchange, own_fields, queries
from core.cards.card_version import CardConflictError, CardVersion
from core.cards.difference import changed_paths
from core.cards.own_fields import CardFields
from core.cards.record import Record, filled
from core.cards.schema import answer, validated
from core.cards.section import Section
from core.errors import InputError
from core.registry import queries as registry
from core.registry.version import ModelVersion
from core.store.export import offer
from core.store.transaction import Transaction

MESSAGE_LIMIT = 500


def save(
    tx: Transaction,
    version: ModelVersion,
    content: Mapping[str, Any],
    based_on: int | None,
    message: str = "",
    *,
    confirmed: Sequence[Section] = (),
) -> CardVersion:
    """Save the card of a version as its next state. Recorded facts and figures are filled in anew on the way.

    Args:
        tx: the transaction.
        version: the version it describes; a version in production too, since nothing earlier is altered.
        content: the whole card as typed.
        based_on: number of the save the writer started from; None for a first card.
        message: why, in a sentence.
        confirmed: sections the writer read again and leaves as they are.

    Raises:
        AccessError: the actor may not edit cards of this model.
        CardConflictError: somebody saved in the meantime; it carries the newer card.
        InputError: the card cannot be used, names an evaluation that is none of this version, or nothing changed.
    """
    model = registry.model_by_id(tx.session, version.model_id)
    person = permission.require(tx.session, tx.actor, Permission.EDIT_CARD, model.scope)
    newest = queries.latest(tx.session, version.key)
    _refuse_overtaken(newest, based_on)
    if len(message) > MESSAGE_LIMIT:
        raise InputError(f"The message has {len(message)} characters.", f"Say it in {MESSAGE_LIMIT}.")

    schema = queries.schema(tx.session)
    record = queries.record(tx.session, version.key, dict(content))
    stored = validated(filled(content, record), schema)
    _refuse_unknown(stored, record, f"{model.slug}@{version.version}")
    changed = changed_paths(newest.content if newest else {}, stored, schema)
    if newest and not changed and stored == newest.content and not confirmed:
        raise InputError(
            "The card says the same as before.", "Change something, or confirm that a section still holds."
        )

    quoted = tx.text(message.strip())
    card = tx.add(
        CardVersion(
            version_id=version.key,
            number=newest.number + 1 if newest else 1,
            content=stored,
            digest=digest.of_json(stored),
            author_id=person.key,
            at=tx.now,
            message=message.strip(),
            message_sha256=quoted["text_sha256"],
            changed=list(changed),
            confirmed=[section.value for section in confirmed],
        )
    )
    tx.record(
        Event.CARD_SAVED,
        Subject("card", f"{model.slug}@{version.version}", card.number),
        digest=card.digest,
        changed=sorted({path.partition(".")[0] for path in changed}),
        confirmed=card.confirmed,
        message=quoted,
    )
    tx.concerns(model.key)
    return card


def publish_fields(tx: Transaction, data: bytes) -> CardFields:
    """Publish an organisation's own fields; they hold for every card from the next save on.

    A field that is left out no longer counts; what cards answered to it moves to their extensions when next edited.

    Args:
        tx: the transaction.
        data: the file, YAML.

    Raises:
        AccessError: the actor may not publish rules.
        InputError: the file cannot be used.
    """
    person = permission.require(tx.session, tx.actor, Permission.PUBLISH_POLICY)
    fields, _ = own_fields.parse(data)
    row = tx.add(CardFields(fields=fields, digest=digest.of_json(fields), author_id=person.key, at=tx.now))
    tx.record(Event.CARD_FIELDS_PUBLISHED, Subject("card_fields", str(row.id)), digest=row.digest, count=len(fields))
    return row


def _refuse_overtaken(newest: CardVersion | None, based_on: int | None) -> None:
    if newest is not None and newest.number != based_on:
        raise CardConflictError(newest)
    if newest is None and based_on is not None:
        raise InputError("This card has no earlier save.", "Open the card again and save it from there.")


def _refuse_unknown(content: Mapping[str, Any], record: Record, version: str) -> None:
    known = {one.id for one in record.evaluations}
    for number in answer(content, "quantitative_analyses.evaluations") or []:
        if number not in known:  # whether it is none or another version's, nobody learns here
            raise InputError(
                f"The card names EVL-{number}, which is no evaluation of {version}.",
                "Name evaluations of this version, or upload one first.",
            )


def export(tx: Transaction, version: ModelVersion, document: Mapping[str, Any]) -> str:
    """Store a composed card as JSON for the actor to take away, and record that it left.

    Args:
        tx: the transaction.
        version: the version it describes.
        document: what `core.cards.exchange.document` composed in this transaction.

    Returns:
        The id in `/exports/{id}`.

    Raises:
        AccessError: the actor may not export.
    """
    model = registry.model_by_id(tx.session, version.model_id)
    permission.require(tx.session, tx.actor, Permission.EXPORT_REPORT, model.scope)
    data = exchange.written(document)
    address = offer(tx, data, f"{model.slug}-{version.version}-card.json", "application/json")
    tx.record(
        Event.CARD_EXPORTED,
        Subject("card", f"{model.slug}@{version.version}", document["card"]["number"]),
        digest=digest.of_bytes(data),
    )
    return address
