"""Files that are sent: laid down on disk piece by piece, never held in memory, and gone when the answer is."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import File, Form, UploadFile
from pydantic import BaseModel

from app.api.problem import MALFORMED, Refusal
from app.settings import settings
from core.errors import EvidenceError
from core.tabular import strict_json
from core.tabular.limits import MEBI, Limits

_PIECE: Final = MEBI

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
        Refusal: it is no JSON.
    """
    try:
        return strict_json.loads(spec, "The specification")
    except EvidenceError as odd:
        raise Refusal(MALFORMED, odd.problem, odd.fix) from None


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
