"""The forms in which a card comes in and leaves, and the two ways through."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from core.cards import exchange
from core.cards.forms import cyclonedx, huggingface, toolkit
from core.cards.forms.native import Imported
from core.cards.schema import LIMIT, Content
from core.errors import EvidenceError, InputError
from core.tabular import strict_json


class CardForm(StrEnum):
    """A form of a model card outside."""

    JSON = "json"
    HUGGING_FACE = "hf"
    TOOLKIT = "mct"
    CYCLONEDX = "cyclonedx"

    @property
    def words(self) -> str:
        """The form as people call it."""
        return _WORDS[self]

    @property
    def media_type(self) -> str:
        """What it is sent as."""
        return _MEDIA_TYPES[self]


_WORDS = {
    CardForm.JSON: "Signoff JSON",
    CardForm.HUGGING_FACE: "Hugging Face README",
    CardForm.TOOLKIT: "Model Card Toolkit JSON",
    CardForm.CYCLONEDX: "CycloneDX ML-BOM",
}
_MEDIA_TYPES = {
    CardForm.JSON: "application/json",
    CardForm.HUGGING_FACE: "text/markdown",
    CardForm.TOOLKIT: "application/json",
    CardForm.CYCLONEDX: "application/vnd.cyclonedx+json",
}


def written(document: Mapping[str, Any], form: CardForm) -> bytes:
    """Write a composed card in a form; the same card gives the same bytes.

    Args:
        document: what `core.cards.exchange.document` composed.
        form: which.

    Raises:
        IntegrityError: what was written does not fit the published schema of the form.
    """
    match form:
        case CardForm.JSON:
            return exchange.written(document)
        case CardForm.HUGGING_FACE:
            return huggingface.write(document["content"])
        case CardForm.TOOLKIT:
            return toolkit.write(document["content"])
        case CardForm.CYCLONEDX:
            return cyclonedx.write(document)


def read(data: bytes, form: CardForm) -> Imported:
    """Read a card in a form; untrusted.

    Args:
        data: the file, at most `LIMIT` bytes.
        form: which it is said to be.

    Raises:
        InputError: too large, or not of that form.
    """
    if len(data) > LIMIT:
        raise InputError(f"The card has {len(data):,} bytes; at most {LIMIT:,} are taken.", "Leave pictures out of it.")
    match form:
        case CardForm.JSON:
            return Imported(_json(data))
        case CardForm.HUGGING_FACE:
            return huggingface.read(data)
        case CardForm.TOOLKIT:
            return toolkit.read(data)
        case CardForm.CYCLONEDX:
            return cyclonedx.read(data)


def _json(data: bytes) -> Content:
    try:
        found = strict_json.loads(data, "The card")
    except EvidenceError as refused:
        raise InputError(refused.problem, refused.fix) from None
    content = found.get("content") if isinstance(found, dict) else None
    if not isinstance(content, dict):
        raise InputError("This JSON holds no card.", "It is an object with `content`, as Signoff writes it.")
    return content
