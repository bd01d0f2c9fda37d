"""A card as a JSON document to take away, with what belongs to it and is never stored in it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from core.access import queries as people
from core.cards import queries
from core.clock import rfc3339
from core.errors import NotFoundError
from core.registry import queries as registry
from core.registry.version import ModelVersion
from core.store.page import LARGEST

SCHEMA = "signoff/model-card/1"
"""The form of the document; a change of meaning gets a new number."""


def document(
    session: Session,
    version: ModelVersion,
    approvals: Sequence[Mapping[str, Any]] = (),
    exceptions: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Compose the newest card of a version with its change log.

    Args:
        session: where to read.
        version: the version.
        approvals: its approvals as recorded, composed by a room above this one.
        exceptions: its accepted checks as recorded, the same.

    Raises:
        NotFoundError: the version has no card yet.
    """
    newest = queries.latest(session, version.key)
    model = registry.model_by_id(session, version.model_id)
    if newest is None:
        raise NotFoundError(
            f"{model.slug}@{version.version} has no card yet.", "Write one on the Card tab of this version."
        )
    log = queries.history(session, version.key, size=LARGEST).items
    return {
        "schema": SCHEMA,
        "model": model.slug,
        "version": version.version,
        "card": {
            "number": newest.number,
            "digest": newest.digest,
            "saved_at": rfc3339(newest.at),
            "saved_by": people.names(session, [newest.author_id]).get(newest.author_id),
        },
        "content": newest.content,
        "change_log": [
            {"number": one.number, "at": rfc3339(one.at), "by": one.author, "why": one.message, "changed": one.changed}
            for one in log
        ],
        "approvals": [dict(one) for one in approvals],
        "exceptions": [dict(one) for one in exceptions],
    }


def written(content: Mapping[str, Any]) -> bytes:
    """Write a document as people read JSON: indented, keys as they stand, UTF-8, the same bytes for the same card."""
    return (json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
