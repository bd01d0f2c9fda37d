"""Lists over HTTP: `?limit=&cursor=`, a `next` in the body and a `Link` in the headers."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response

from app.shapes.shape import Listed
from core.store.keyset import Slice, Wanted
from core.store.page import LARGEST

Row = TypeVar("Row")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Paging:
    """Which slice of a list was asked for, and how the answer says where the next one is.

    Attributes:
        wanted: for the query.
        request: what was asked.
        response: what will be answered.
    """

    wanted: Wanted
    request: Request
    response: Response

    def answer(self, found: Slice[Row], show: Callable[[Row], Item]) -> Listed[Item]:
        """Show a slice, and link the one behind it."""
        following = self._address(found.next) if found.next else None
        if following:
            self.response.headers["link"] = f'<{following}>; rel="next"'
        return Listed(items=[show(row) for row in found.items], next=following)

    def _address(self, cursor: str) -> str:
        kept = [(name, value) for name, value in self.request.query_params.multi_items() if name != "cursor"]
        return f"{self.request.url.path}?{urlencode([*kept, ('cursor', cursor)])}"


async def paging(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=LARGEST, description="How many at most.")] = 25,
    cursor: Annotated[
        str | None, Query(max_length=2000, description="From a `next` link; without one the list begins.")
    ] = None,
) -> Paging:
    """Read which slice is wanted; a cursor fits only the list and the filters it came from."""
    filters = sorted(
        (name, value) for name, value in request.query_params.multi_items() if name not in {"limit", "cursor"}
    )
    realm = hashlib.sha256(repr((request.url.path, filters)).encode()).hexdigest()[:12]
    return Paging(Wanted(limit, cursor, realm), request, response)


Sliced = Annotated[Paging, Depends(paging)]
"""What the route of a list takes."""
