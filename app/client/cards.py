"""Model cards behind one connection: read, taken away in the forms of others, and saved from a file."""

import json
from collections.abc import Mapping

from app.client import answers
from app.client.connection import Connection, sent
from app.shapes.card import Card, CardChange
from core.errors import ConflictError, InputError, NotFoundError
from core.registry.address import reference

MEDIA_TYPES = {"json": "application/json", "hf": "text/markdown", "mct": "application/json"} | {
    "cyclonedx": "application/vnd.cyclonedx+json"
}
"""What each form of a card is sent as."""


class Cards:
    """The cards behind one connection; `signoff.cards`. A version is named MODEL@VERSION."""

    def __init__(self, line: Connection) -> None:
        self._line = line

    def read(self, version: str) -> Card:
        """Read the newest card of a version; raises NotFoundError when it has none."""
        return self._line.get(_address(version), Card)

    def written(self, version: str, form: str = "json") -> bytes:
        """Return the newest card as a file: `json`, `hf`, `mct` or `cyclonedx`."""
        return self._line.send("GET", _address(version), query={"format": form}).content

    def save(self, version: str, data: bytes, form: str = "json", message: str = "") -> Card:
        """Save a card from a file as the next state of the newest one.

        Our own form replaces the card, and is refused when the card was saved again since the file was exported.
        Other forms are laid over it: what the file says counts, what it does not say stays.

        Args:
            version: MODEL@VERSION.
            data: the file.
            form: `json`, `hf`, `mct` or `cyclonedx`.
            message: why, in a sentence.

        Raises:
            InputError: it is not of that form.
            ConflictError: somebody saved the card meanwhile.
        """
        newest, tag = self._newest(version)
        condition = {"if-match": tag} if tag else {"if-none-match": "*"}
        headers = {"content-type": MEDIA_TYPES[form], **condition}
        if form == "json":
            body = sent(CardChange, content=_content(data, newest), message=message)
            answer = self._line.send("PUT", _address(version), body=body, headers=condition)
        else:
            query = {"format": form, "message": message}
            answer = self._line.send("PUT", _address(version), query=query, content=data, headers=headers)
        return answers.read(answer, Card)

    def _newest(self, version: str) -> tuple[Card | None, str | None]:
        try:
            answer = self._line.send("GET", _address(version))
        except NotFoundError:
            self._line.send("GET", _address(version).removesuffix("/card"))  # which says when the version is missing
            return None, None
        return answers.read(answer, Card), answer.headers.get("etag")


def _content(data: bytes, newest: Card | None) -> Mapping[str, object]:
    try:
        document = json.loads(data)
    except ValueError:
        document = None
    content = document.get("content") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(content, dict):
        raise InputError("This file holds no card.", "Give what `signoff card export` wrote, or name its --format.")
    save = document.get("card")
    began = save.get("number") if isinstance(save, dict) else None
    if began is not None and newest is not None and began != newest.card.number:
        raise ConflictError(
            f"The card was exported at save {began}, and now stands at save {newest.card.number}.",
            "Export it again, bring both together, and import that.",
        )
    return content


def _address(version: str) -> str:
    model, number = reference(version)
    return f"/models/{model}/versions/{number}/card"
