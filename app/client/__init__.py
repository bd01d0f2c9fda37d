"""Signoff from Python: the nouns of the product over HTTP, for pipelines, notebooks and the command line."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Self
from urllib.parse import quote

from app.client.cards import Cards
from app.client.connection import Asked, Connection, sent
from app.client.findings import Findings
from app.client.log import Log
from app.client.rows import Rows, Told, said, upload
from app.client.saying import data, moment, names, plain
from app.client.watching import Watching
from app.shapes.alert import Alert
from app.shapes.audit import AuditExport
from app.shapes.evaluation import Evaluation, EvaluationLine
from app.shapes.evaluation_set import EvaluationSet, EvaluationSetLine
from app.shapes.gate import Gate
from app.shapes.history import Placement
from app.shapes.models import Model, ModelChange, NewModel
from app.shapes.reports import NewPopulation, NewReport, Report
from app.shapes.request import NewRequest, Request, RequestLine, Words
from app.shapes.use_cases import NewUseCase, UseCase
from app.shapes.versions import NewVersion, Version
from core.registry.address import reference, slug
from core.registry.artifact import read

_slug = partial(slug, noun="model")


class Signoff:
    """One server, one token.

    Lists go on as far as somebody reads them. What changes something happens once, however often the line breaks.
    A refusal comes back as the error it is there, with `problem` and `fix`. Model cards are
    `signoff.cards`, problems `signoff.findings`, versions in use `signoff.watching`, the audit log is `signoff.log`.

    Args:
        url: the address that people open, as in `https://signoff.example.org`.
        token: an API token; it may do what its owner may, within its scopes.
        plain_http: let the token travel by plain http, in a network that is trusted.

    Raises:
        InputError: the address is none, or the token would travel for everybody to read.
    """

    def __init__(self, url: str, token: str | None = None, *, plain_http: bool = False) -> None:
        self._open(Connection(url, token, plain_http=plain_http))

    @classmethod
    def through(cls, line: Connection) -> Self:
        """Use a connection that is there."""
        made = cls.__new__(cls)
        made._open(line)
        return made

    def _open(self, line: Connection) -> None:
        self._line = line
        self.url = line.url
        self.cards = Cards(line)
        self.findings = Findings(line)
        self.log = Log(line)
        self.watching = Watching(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def use_case(self, name: str) -> UseCase:
        """Read a use case; raises NotFoundError when there is none that the token may see."""
        return self._line.get(f"/use-cases/{slug(name, 'use case')}", UseCase)

    def register_use_case(self, slug: str, name: str, purpose: str) -> UseCase:
        """Register a business context.

        Args:
            slug: its name in addresses.
            name: its name for people.
            purpose: what the business wants done.
        """
        return self._line.post("/use-cases", UseCase, sent(NewUseCase, slug=slug, name=name, purpose=purpose))

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
        return self._line.post("/models", Model, sent(NewModel, slug=slug, **plain({"name": slug, **told})))

    def change_model(self, name: str, **told: object) -> Model:
        """Say better what a model is, or judge it anew: fields of `ModelChange`, as `owner` or `description`."""
        return self._line.change(f"/models/{slug(name, 'model')}", Model, sent(ModelChange, **plain(told)))

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
        body = sent(NewVersion, **plain({"task": "binary", **told}))
        return self._line.post(f"/models/{_slug(model)}/versions", Version, body)

    def evaluation_sets(self, *, limit: int = 100) -> Iterator[EvaluationSetLine]:
        """Go through the evaluation sets by name."""
        return self._line.pages("/evaluation-sets", EvaluationSetLine, limit)

    def add_evaluation_set(
        self,
        name: str,
        rows: Rows,
        *,
        id: str,  # noqa: A002 - the column's part
        label: str,
        groups: Sequence[str] | str = (),
        cluster: str | None = None,
        weight: str | None = None,
        dataset: Mapping[str, str] | str | None = None,
        heard: Told | None = None,
        **told: object,
    ) -> EvaluationSet:
        """Register rows whose labels the uploaders of predictions do not supply.

        Args:
            name: its name in policies and addresses.
            rows: a file, or a table with ids and labels.
            id: column of ids, by which predictions meet their labels.
            label: column of true labels.
            groups: columns of groups.
            cluster: column of what ties rows together.
            weight: column of weights.
            dataset: the data they come from; the set's name when it is not said.
            heard: hears how many bytes were read.
            told: `task`, `description`, `independence`, `independence_reason`.
        """
        columns = said(id=id, label=label, groups=names(groups), cluster=cluster, weight=weight)
        spec = said(name=name, columns=columns, dataset=data(dataset or name), **told)
        return upload(self._line, "/evaluation-sets", EvaluationSet, rows, name, spec=spec, heard=heard)

    def evaluations(self, version: str, *, limit: int = 100) -> Iterator[EvaluationLine]:
        """Go through the evaluations of a version, newest first."""
        return self._line.pages(f"{_address(version)}/evaluations", EvaluationLine, limit)

    def upload_evaluation(
        self,
        version: str,
        rows: Rows,
        *,
        set: str | None = None,  # noqa: A002 - the word of the specification
        dataset: Mapping[str, str] | str | None = None,
        task: str | None = None,
        positive: bool | float | str | None = None,
        threshold: float | None = None,
        reported: Mapping[str, float] | None = None,
        prevalence: float | None = None,
        reference: Mapping[str, str] | None = None,
        level: float | None = None,
        heard: Told | None = None,
        **columns: str | Sequence[str] | Mapping[str, str] | None,
    ) -> Evaluation:
        """Upload predictions; the answer holds every metric, recomputed, with its interval.

        Args:
            version: MODEL@VERSION.
            rows: a file, or a table with predictions.
            set: evaluation set that gives labels and groups.
            dataset: the data that was measured on, when there is no set: its name, or name, version and split.
            task: kind of answer; that of the version when it is not said.
            positive: the label that counts as positive.
            threshold: score from which it decides for the positive, in [0, 1].
            reported: numbers you state, by metric; they stand beside the recomputed ones.
            prevalence: share of positives where the model will be used, in (0, 1).
            reference: per group column, the group that others are compared with.
            level: two-sided level of all intervals.
            heard: hears how many bytes were read.
            columns: which column plays which part: `id`, `prediction`, `score`, `scores`, `label`, `groups`,
                `weight`, `cluster`, `time`.
        """
        spec = said(
            task=task or self.version(version).task.value, set=set, dataset=data(dataset), positive=positive,
            threshold=threshold, reported=reported, prevalence=prevalence, reference=reference, level=level,
            columns=said(**columns | {"groups": names(columns.get("groups") or ())}),
        )  # fmt: skip
        return self.upload_specified(version, rows, spec, heard)

    def upload_specified(
        self, version: str, rows: Rows, spec: Mapping[str, object], heard: Told | None = None
    ) -> Evaluation:
        """Upload predictions with the whole specification; see `upload_evaluation`."""
        at = f"{_address(version)}/evaluations"
        return upload(self._line, at, Evaluation, rows, "predictions", spec=spec, heard=heard)

    def requests(self, *, limit: int = 100, **narrowed: Asked) -> Iterator[RequestLine]:
        """Go through the requests, newest first; `state` (one or more), `model`, `version`, `stage`, `mine` narrow."""
        return self._line.pages("/requests", RequestLine, limit, **narrowed)

    def request(self, version: str, stage: str = "production", comment: str = "") -> Request:
        """Ask that a version goes to a stage; people find the request in their inboxes, and sign there."""
        model, number = reference(version)
        asked = sent(NewRequest, model=model, version=number, stage=stage, comment=comment)
        return self._line.post("/requests", Request, asked)

    def read_request(self, request: str) -> Request:
        """Read a request, named REQ-12, with what the checks say and who signed."""
        return self._line.get(f"/requests/{quote(request, safe='')}", Request)

    def withdraw(self, request: str, comment: str = "") -> Request:
        """Take a request back that is not decided."""
        return self._line.post(f"/requests/{quote(request, safe='')}/withdraw", Request, sent(Words, comment=comment))

    def gate(
        self,
        version: str | None = None,
        stage: str = "production",
        *,
        digest: str | None = None,
        manifest: str | None = None,
    ) -> Gate:
        """Ask whether a version, or bytes, may be released; `allowed` answers, `reasons` say why not.

        Args:
            version: `MODEL@VERSION`.
            stage: where it is to be released to.
            digest: fingerprint of the bytes at hand.
            manifest: fingerprint of the list of their files, where they are a folder.
        """
        model, number = reference(version) if version else (None, None)
        return self._line.get("/gate", Gate, model=model, version=number, stage=stage, digest=digest, manifest=manifest)

    def report(self, version: str) -> Report:
        """Make the audit report of a version, sealed and recorded; `take` writes its PDF into a file."""
        model, number = reference(version)
        return self._line.post("/reports", Report, sent(NewReport, model=model, version=number))

    def population(self, start: datetime, end: datetime) -> Report:
        """List the promotions and rollbacks of [start, end), sealed and recorded; `take` writes it."""
        return self._line.post("/reports/population", Report, sent(NewPopulation, start=start, end=end))

    def take(self, made: Report | AuditExport, target: Path | str = ".", *, table: bool = False) -> Path:
        """Write what was made, or a population's rows as CSV, into a file or a folder; returns where, or InputError."""
        address = made.address.removeprefix("/api/v1")
        return self._line.download(f"{address}/table" if table else address, Path(target))

    def history(self, at: datetime | str, *, limit: int = 100, **narrowed: str | None) -> Iterator[Placement]:
        """Go through what was in each stage at a moment, who approved it, on which evidence, under which policy."""
        return self._line.pages("/history", Placement, limit, at=moment(at, "The moment"), **narrowed)

    def alerts(self, *, limit: int = 100, **narrowed: str | int | None) -> Iterator[Alert]:
        """Go through the alerts, newest first; `model` and `version` narrow them."""
        return self._line.pages("/alerts", Alert, limit, **narrowed)


def _address(version: str) -> str:
    model, number = reference(version)
    return f"/models/{model}/versions/{number}"
