"""What a route says about who may call it: the OpenAPI document carries it, and the authorisation matrix tests it."""

from enum import StrEnum
from typing import Final

from core.access.permission import Permission

PERMISSION: Final = "x-permission"
PLACE: Final = "x-permission-place"


class AskedAt(StrEnum):
    """Where a route asks for its permission, so which grants of review roles count."""

    EVERYTHING = "everything"
    ADDRESSED = "addressed"
    ANYWHERE = "anywhere"


def permitted(wanted: Permission, at: AskedAt = AskedAt.EVERYTHING) -> dict[str, str]:
    """Declare the permission of a route, for its `openapi_extra`.

    Args:
        wanted: what the caller must be allowed to do.
        at: for the whole house, for the model that what is addressed belongs to, or wherever a grant reaches.
    """
    return {PERMISSION: wanted.name, PLACE: at.value}
