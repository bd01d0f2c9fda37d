"""Files that are sent: laid down on disk piece by piece, never held in memory, and gone when the answer is."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from fastapi import File, Form, UploadFile
from pydantic import BaseModel, ValidationError

from app.api.caller import Caller
from app.api.problem import MALFORMED, Refusal
from app.api.route import require_kept
from app.settings import settings
from core.access.permission import Permission
from core.access.scope import Scope
from core.errors import EvidenceError, InputError
from core.tabular import strict_json
from core.tabular.limits import MEBI, Limits

_PIECE: Final = MEBI

Said = TypeVar("Said", bound=BaseModel)

SentFile = Annotated[
    UploadFile, File(description="CSV with a header line, Parquet, or JSON Lines with one object per line.")
]
"""The file of a form; what it is, is told from its bytes."""


def limits() -> Limits:
    """How much of a file is acceptable here."""
    return Limits(size=settings().upload_limit_mb * MEBI)


@contextmanager
def on_disk(file: UploadFile) -> Iterator[tuple[Path, str]]:
    """Lay a sent file down for as long as it is read.

    Yields:
        Where it lies, and what its sender called it, for refusals to quote.
    """
    with tempfile.TemporaryDirectory(prefix="signoff-upload-") as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as target:
            shutil.copyfileobj(file.file, target, _PIECE)
        yield path, Path(file.filename or "The file").name[:120] or "The file"


def spoken(spec: str) -> Any:
    """Read the JSON that goes with a file.

    Raises:
        Refusal: it is no JSON, or holds text that cannot be kept.
    """
    try:
        value = strict_json.loads(spec, "The specification")
    except EvidenceError as odd:
        raise Refusal(MALFORMED, odd.problem, odd.fix) from None
    require_kept(value, "The specification")
    return value


def specified(kind: type[Said], spec: str) -> Said:
    """Read the JSON that goes with a file, as what it has to be.

    Raises:
        Refusal: it is no JSON.
        InputError: something in it cannot be used; the sentence names the field.
    """
    try:
        return kind.model_validate(spoken(spec))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "it is no JSON object"
        said = first["msg"].removeprefix("Value error, ")[:200]
        raise InputError(
            f"The specification cannot be used: {where}: {said}.", "Mend this field and send it again."
        ) from None


def expect(caller: Caller, wanted: Permission, place: Scope | str) -> None:
    """Ask whether the caller may, before a file is looked at; a refusal is recorded. Raises as `permission.require`."""
    with caller.reading() as session:
        allowed = caller.may(session, wanted, place)
    if not allowed:
        with caller.changing() as tx:
            caller.require(tx.session, wanted, place)


def spec_field(kind: type[BaseModel], example: Mapping[str, object]) -> Any:
    """Describe the JSON that goes with a file.

    Args:
        kind: what the JSON is; its schema stands among the components of the OpenAPI document.
        example: one that works.
    """
    return Form(
        description="How to read the file: JSON, as `contentSchema` says.",
        examples=[json.dumps(example)],
        json_schema_extra={
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": f"#/components/schemas/{kind.__name__}"},
        },
    )
