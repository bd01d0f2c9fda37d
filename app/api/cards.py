"""`/…/card`: the model card of a version, in our own JSON and in the forms of others."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import ValidationError
from sqlmodel import Session

from app import card_file
from app.api.caller import Calling
from app.api.models import ModelName
from app.api.permitted import AskedAt, permitted
from app.api.precondition import TELLS
from app.api.problem import CONTENT_TYPE, STALE, UNCONDITIONAL, Refusal
from app.api.route import Route
from app.api.versions import VersionNumber
from app.shapes.card import Card, CardChange
from app.shapes.problem import Wrong
from core import digest
from core.access.permission import Permission
from core.cards import actions, difference, queries
from core.cards.card_version import CardVersion
from core.cards.difference import FieldDifference
from core.cards.forms import form as forms
from core.cards.forms.form import CardForm
from core.cards.forms.native import Imported, overlaid
from core.cards.schema import Content
from core.cards.section import Section
from core.errors import InputError
from core.registry import queries as registry

router = APIRouter(route_class=Route, tags=["cards"])

CardFormat = Annotated[CardForm, Query(alias="format", description="The form of the card.")]

_TAG: Final = re.compile(r'(?:W/)?"(\d{1,9})-[0-9a-f]{16}"')
_SHOWN: Final = 20
_TAKEN: Final = {
    CardForm.JSON: ("application/json",),
    CardForm.HUGGING_FACE: ("text/markdown", "text/plain"),
    CardForm.TOOLKIT: ("application/json",),
    CardForm.CYCLONEDX: ("application/vnd.cyclonedx+json", "application/json"),
}


@dataclass(frozen=True, slots=True)
class SentCard:
    """What was sent to be saved.

    Attributes:
        form: the form it came in.
        change: our own JSON; None when another form was sent.
        imported: the card read from another form; None for our own.
    """

    form: CardForm
    change: CardChange | None
    imported: Imported | None


async def sent_card(request: Request, form: CardFormat = CardForm.JSON) -> SentCard:
    """Read the card that was sent, in the form that the address names.

    Raises:
        Refusal: another content type than the form's.
        InputError: it is not of that form.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _TAKEN[form]:
        raise Refusal(
            CONTENT_TYPE,
            f"A card as {form.words} comes as {_TAKEN[form][0]}, and not {kind[:80] or 'nothing'!r}.",
            f"Send it as {_TAKEN[form][0]}, or name its form with ?format=.",
        )
    if form is not CardForm.JSON:
        return SentCard(form, None, forms.read(await request.body(), form))
    try:
        return SentCard(form, CardChange.model_validate(await request.json()), None)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "The body"
        raise InputError(f"{where}: {first['msg']}.", "Send an object with `content`, as GET answers it.") from None


@router.get(
    "/models/{model}/versions/{version}/card",
    summary="Read a model card",
    openapi_extra=permitted(Permission.SEE, AskedAt.ADDRESSED),
    response_model=Card | dict[str, Any],  # the Model Card Toolkit writes JSON too
    responses={
        200: {
            **TELLS,
            "content": {
                CardForm.HUGGING_FACE.media_type: {"schema": {"type": "string"}},
                CardForm.CYCLONEDX.media_type: {"schema": {"type": "object"}},
            },
        },
        304: {"description": "It is as you know it."},
    },
)
def read_card(
    caller: Calling,
    model: ModelName,
    version: VersionNumber,
    form: CardFormat = CardForm.JSON,
    if_none_match: Annotated[
        str | None,
        Header(
            max_length=1000, alias="If-None-Match", description="The ETag you know; answers 304 when it still holds."
        ),
    ] = None,
) -> Response:
    """The newest card of a version, in the form you ask for. Its ETag is what a change of it starts from."""
    with caller.reading() as session:
        caller.model(session, model)
        document = card_file.composed(session, registry.version(session, model, version))
    return _answer(document, form, if_none_match)


@router.put(
    "/models/{model}/versions/{version}/card",
    summary="Save a model card",
    response_model=Card,
    responses={201: {"model": Card, "description": "The first card of this version."}},
    openapi_extra=permitted(Permission.EDIT_CARD, AskedAt.ADDRESSED)
    | {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/CardChange"}},
                "text/markdown": {"schema": {"type": "string"}},
                "application/vnd.cyclonedx+json": {"schema": {"type": "object"}},
            },
        }
    },
)
def save_card(
    caller: Calling,
    model: ModelName,
    version: VersionNumber,
    sent: Annotated[SentCard, Depends(sent_card)],
    message: Annotated[
        str, Query(max_length=500, description="Why, in a sentence; for a card of another form than our own.")
    ] = "",
    if_match: Annotated[
        str | None,
        Header(max_length=1000, alias="If-Match", description="The ETag of the state this card starts from."),
    ] = None,
    if_none_match: Annotated[
        str | None,
        Header(max_length=1000, alias="If-None-Match", description="`*` for a first card: there must be none yet."),
    ] = None,
) -> Response:
    """Save the whole card as its next state; nothing earlier is altered. Recorded facts and figures are filled in anew.

    A card of another form is laid over the one that is there: what the file says counts, what it does not say stays.
    Numbers in it are kept as imported and are never results of ours.
    """
    with caller.reading() as session:
        caller.model(session, model)
    with caller.changing() as tx:
        found = registry.version(tx.session, model, version)
        newest = queries.latest(tx.session, found.key)
        content, confirmed, why = _content(sent, newest, message)
        _unchanged(tx.session, newest, content, if_match, if_none_match)
        actions.save(tx, found, content, newest.number if newest else None, why, confirmed=confirmed)
        document = card_file.composed(tx.session, found)
    answer = _answer(document, CardForm.JSON, None)
    answer.status_code = 200 if newest else 201
    return answer


def _content(sent: SentCard, newest: CardVersion | None, message: str) -> tuple[Content, Sequence[Section], str]:
    if sent.imported is not None:
        base = newest.content if newest else {}
        return overlaid(base, sent.imported.content, sent.form.value), (), message
    assert sent.change is not None  # noqa: S101 - one of the two was sent
    return sent.change.content, sent.change.confirmed, sent.change.message or message


def _answer(document: Mapping[str, Any], form: CardForm, known: str | None) -> Response:
    """Answer with a card. The tag names the save, and what is composed around it: approvals come after saves."""
    data = forms.written(document, form)
    print_ = digest.of_bytes(data).removeprefix("sha256:")[:16]
    tag = f'"{document["card"]["number"]}-{print_}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if known is not None and tag in {one.strip().removeprefix("W/") for one in known.split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(data, headers=headers, media_type=form.media_type)


def _unchanged(
    session: Session, newest: CardVersion | None, content: Content, if_match: str | None, if_none_match: str | None
) -> None:
    """Refuse a card that started from another save than the newest; what differs from it is told.

    Only the number of the save is compared: an approval that came meanwhile overwrites nobody.

    Raises:
        Refusal: it is not said what it started from, or that is not the newest.
    """
    if if_match is None and (if_none_match or "").strip() != "*":
        raise Refusal(
            UNCONDITIONAL,
            "This card does not say which state it starts from.",
            "GET it, and send its ETag as If-Match; send `If-None-Match: *` for a first card.",
        )
    if if_match is None and newest is None:
        return
    if newest is not None and if_match is not None:
        numbers = {int(shape[1]) for tag in if_match.split(",") if (shape := _TAG.fullmatch(tag.strip()))}
        if if_match.strip() == "*" or newest.number in numbers:
            return
    there = f"it now stands at save {newest.number}" if newest else "there is no card yet"
    schema = queries.schema(session)
    found = difference.between(newest.content if newest else {}, content, schema)
    raise Refusal(
        STALE,
        f"This card started from another state: {there}.",
        "GET it again, bring both together, and save on top of that.",
        errors=[_differs(one) for one in found if not schema.by_path[one.path].ask.computed][:_SHOWN],
    )


def _differs(one: FieldDifference) -> Wrong:
    newer = "".join(piece.text for piece in one.before)
    return Wrong(where=f"body.content.{one.path}", problem=f"The newest save says: {newer[:500] or 'nothing'}")
