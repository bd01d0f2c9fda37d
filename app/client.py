"""Signoff from Python: the nouns of the product over HTTP, for pipelines, notebooks and the command line."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Self

from pydantic import ValidationError

from app.connection import Connection, Shape
from app.shapes.audit import AuditExport, Entry, WholeEntry
from app.shapes.history import Placement
from app.shapes.models import Model, NewModel
from app.shapes.reports import NewReport, Report
from app.shapes.use_cases import NewUseCase, UseCase
from app.shapes.versions import NewVersion, Version
from core.errors import InputError
from core.registry.address import reference, slug
from core.registry.artifact import read


class Signoff:
    """One server, one token.

    Lists go on as far as somebody reads them. What changes something happens once, however often the line breaks.
    A refusal comes back as the error it is there, with `problem` and `fix`.

    Args:
        url: the address that people open, as in `https://signoff.example.org`.
        token: an API token; it may do what its owner may, within its scopes.
        plain_http: let the token travel by plain http, in a network that is trusted.

    Raises:
        InputError: the address is none, or the token would travel for everybody to read.
    """

    def __init__(self, url: str, token: str | None = None, *, plain_http: bool = False) -> None:
        self._line = Connection(url, token, plain_http=plain_http)

    @classmethod
    def through(cls, line: Connection) -> Self:
        """Use a connection that is there."""
        made = cls.__new__(cls)
        made._line = line
        return made

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def use_case(self, name: str) -> UseCase:
        """Read a use case; raises NotFoundError when there is none that the token may see."""
        return self._line.get(f"/use-cases/{_slug(name, 'use case')}", UseCase)

    def register_use_case(self, slug: str, name: str, purpose: str) -> UseCase:
        """Register a business context.

        Args:
            slug: its name in addresses.
            name: its name for people.
            purpose: what the business wants done.
        """
        return self._line.post("/use-cases", UseCase, _sent(NewUseCase, slug=slug, name=name, purpose=purpose))

    def models(self, search: str = "", *, limit: int = 100, **narrowed: str | None) -> Iterator[Model]:
        """Go through the models by name.

        Args:
            search: part of the name.
            limit: how many are asked for at a time, 1 to 200.
            narrowed: `use_case`, `tier`, `stage` or `tag`.
        """
        return self._line.pages("/models", Model, limit, search=search or None, **narrowed)

    def model(self, name: str) -> Model:
        """Read a model; raises NotFoundError when there is none that the token may see."""
        return self._line.get(f"/models/{_slug(name)}", Model)

    def register_model(self, slug: str, **told: object) -> Model:
        """Register a model line.

        Args:
            slug: its name in addresses.
            told: the other fields of `NewModel`: `use_case`, `exposure` and `purpose` at least.
        """
        return self._line.post("/models", Model, _sent(NewModel, slug=slug, **{"name": slug, **told}))

    def versions(self, model: str, *, limit: int = 100) -> Iterator[Version]:
        """Go through the versions of a model, newest first."""
        return self._line.pages(f"/models/{_slug(model)}/versions", Version, limit)

    def version(self, version: str) -> Version:
        """Read a version, named MODEL@VERSION."""
        return self._line.get(_address(version), Version)

    def register(self, model: str, artifact: Path | str | None = None, **told: object) -> Version:
        """Register the next version of a model.

        Args:
            model: its name in addresses.
            artifact: what is to be released, of which only the fingerprint is kept: a file, a folder with its
                `model.sig`, or `oci:NAME@sha256:…`.
            told: fields of `NewVersion`: `task` (binary unless said), `artifact_sha256`, `code_ref`, `seed`, …
        """
        if artifact is not None:
            seen = read(str(artifact))
            told = {
                "artifact_uri": seen.uri, "artifact_sha256": seen.digest, "artifact_manifest": seen.manifest,
                "artifact_size": seen.size, **{name: value for name, value in told.items() if value is not None},
            }  # fmt: skip
        body = _sent(NewVersion, **{"task": "binary", **told})
        return self._line.post(f"/models/{_slug(model)}/versions", Version, body)

    def report(self, version: str) -> Report:
        """Make the audit report of a version, sealed and recorded; `take` writes its PDF into a file."""
        model, number = reference(version)
        return self._line.post("/reports", Report, _sent(NewReport, model=model, version=number))

    def take(self, made: Report | AuditExport, target: Path | str = ".") -> Path:
        """Write what was made into a file, or into a folder under its own name; returns where it is.

        Raises:
            InputError: the file cannot be written.
        """
        return self._line.download(made.address.removeprefix("/api/v1"), Path(target))

    def history(self, at: datetime, *, limit: int = 100, **narrowed: str | None) -> Iterator[Placement]:
        """Go through what was in each stage at a moment, who approved it, on which evidence, under which policy."""
        return self._line.pages("/history", Placement, limit, at=at.isoformat(), **narrowed)

    def entries(self, *, limit: int = 100, **narrowed: str | None) -> Iterator[Entry]:
        """Go through the audit log, newest first; narrowed by `who`, `event`, `about`, `since`, `until`."""
        return self._line.pages("/audit/entries", Entry, limit, **narrowed)

    def entry(self, seq: int) -> WholeEntry:
        """Read one entry of the log with the exact bytes that are hashed."""
        return self._line.get(f"/audit/entries/{seq}", WholeEntry)

    def checkpoint(self) -> str:
        """Sign the log as it stands; keep the answer where nobody of that house can change it."""
        return self._line.send("POST", "/audit/checkpoint").text

    def proof(self, seq: int) -> str:
        """Return the portable proof that an entry stands in the signed log."""
        return self._line.send("GET", f"/audit/proof/{seq}").text

    def export_log(self) -> AuditExport:
        """Make an export of the whole log that anybody can verify offline; `take` writes its zip into a file."""
        return self._line.post("/audit/export", AuditExport)


def _sent(shape: type[Shape], **said: object) -> Shape:
    """Put together what is sent; what is None was not said.

    Raises:
        InputError: a value does not fit; the sentence names it.
    """
    try:
        return shape.model_validate({name: value for name, value in said.items() if value is not None})
    except ValidationError as odd:
        first = odd.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "what was said"
        raise InputError(f"{where} does not fit: {first['msg']}.", "Mend it, and send it again.") from None


def _address(version: str) -> str:
    model, number = reference(version)
    return f"/models/{model}/versions/{number}"


def _slug(name: str, noun: str = "model") -> str:
    return slug(name, noun)
