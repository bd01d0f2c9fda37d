"""ETag and If-Match: a change names the state it started from, so that nobody overwrites what they have not seen."""

from typing import Annotated, Any, Final

from fastapi import Depends, Header
from pydantic import BaseModel

from app.api.problem import STALE, UNCONDITIONAL, Refusal
from core import digest

TELLS: Final[dict[str, Any]] = {
    "headers": {
        "ETag": {
            "description": "Names this state; a change of it sends it as `If-Match`.",
            "schema": {"type": "string"},
        }
    }
}
"""For the `responses` of a route whose answer carries an ETag."""


def etag(shown: BaseModel) -> str:
    """Return the entity tag of what is shown: a fingerprint of its content."""
    return f'"{digest.of_bytes(shown.model_dump_json().encode()).removeprefix("sha256:")[:32]}"'


async def if_match(
    stated: Annotated[
        str | None,
        Header(alias="If-Match", description="The ETag of the state this change starts from.", max_length=1000),
    ] = None,
) -> str:
    """Read the state that a change starts from.

    Raises:
        Refusal: none was named.
    """
    if stated is None:
        raise Refusal(
            UNCONDITIONAL, "This change does not say what it starts from.", "GET it, and send its ETag as If-Match."
        )
    return stated


IfMatch = Annotated[str, Depends(if_match)]
"""What a route takes whose change must start from the present state."""


def unchanged(stated: str, present: str) -> None:
    """Refuse a change that started from another state; call it inside the transaction that changes.

    Args:
        stated: the header, one tag, several, or `*` for whatever is there.
        present: the tag of the state that is there.

    Raises:
        Refusal: it was changed since.
    """
    if stated.strip() != "*" and present not in {tag.strip() for tag in stated.split(",")}:
        raise Refusal(
            STALE, "Somebody changed this since you read it.", "GET it again, and repeat your change on that."
        )
