"""Versions of models as they are sent and shown. An artifact stays where it is: its fingerprint travels."""

from typing import TYPE_CHECKING, Annotated

from pydantic import ConfigDict, Field

from app.shapes.shape import Moment, Sent, Sha256, Shown
from core.digest import EXACT
from core.registry.stage import Stage
from core.registry.version import Task, missing_to_rebuild

if TYPE_CHECKING:
    from core.registry.listing import VersionFacts


class NewVersion(Sent):
    """A version to register: what was built, and what is needed to build it again."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "task": "binary",
                    "artifact_uri": "s3://models/mortgage-approval/5/model.skops",
                    "artifact_sha256": "sha256:9f2c4a1be0d87c6f5a3b2918074655e4d3c2b1a09f8e7d6c5b4a39281706f5e4",
                    "artifact_size": 184220,
                    "code_ref": "4f1c9aa",
                    "seed": 7,
                    "change_note": "Trained on the applications of 2026.",
                }
            ]
        }
    )

    task: Annotated[Task, Field(strict=False)]
    """What kind of answer it gives."""

    artifact_uri: str | None = Field(default=None, max_length=1000)
    """Where the bytes to be released lie."""

    artifact_sha256: Sha256 | None = None
    """Their fingerprint: of a file, a folder manifest or an image."""

    artifact_manifest: Sha256 | None = None
    """Fingerprint of the list of their files, where they are a folder."""

    artifact_size: int | None = Field(default=None, ge=0, le=EXACT)
    """How many bytes there are."""

    artifact_format: str | None = Field(default=None, max_length=60, examples=["skops"])
    """What they are."""

    code_ref: str | None = Field(default=None, max_length=500)
    """Commit of the code it was built from."""

    data_digests: list[Sha256] = Field(default_factory=list, max_length=100)
    """Fingerprints of its training data."""

    environment_ref: str | None = Field(default=None, max_length=500)
    """Digest of the image or the lock file it was built in."""

    seed: int | None = Field(default=None, ge=-EXACT, le=EXACT)
    """Seed of the random numbers."""

    change_note: str = Field(default="", max_length=2000)
    """What is new in it."""


class Version(Shown):
    """A registered version; it never changes, its stage aside."""

    address: str = Field(examples=["mortgage-approval@5"])
    """How people name it."""

    model: str = Field(examples=["mortgage-approval"])
    """Its model, by slug."""

    version: int = Field(examples=[4])
    """Its number, from 1."""

    task: Task
    """What kind of answer it gives."""

    stage: Stage
    """Where it stands."""

    is_champion: bool
    """Whether it is in charge of its model."""

    artifact_uri: str | None
    """Where the bytes to be released lie."""

    artifact_sha256: str | None = Field(
        examples=["sha256:9f2c4a1be0d87c6f5a3b2918074655e4d3c2b1a09f8e7d6c5b4a39281706f5e4"]
    )
    """Their fingerprint."""

    artifact_manifest: str | None
    """Fingerprint of the list of their files, where they are a folder."""

    artifact_size: int | None
    """How many bytes there are."""

    artifact_format: str | None
    """What they are."""

    code_ref: str | None
    """Commit of the code it was built from."""

    data_digests: list[str]
    """Fingerprints of its training data."""

    environment_ref: str | None
    """Digest of the image or the lock file it was built in."""

    seed: int | None
    """Seed of the random numbers."""

    missing_to_rebuild: list[str] = Field(examples=[["the random seed"]])
    """What a stranger would still need to build it again; empty when nothing."""

    change_note: str
    """What is new in it."""

    registered_by: str = Field(examples=["Data scientist"])
    """Name of who registered it."""

    registered_at: Moment
    """When."""

    @classmethod
    def of(cls, model: str, facts: "VersionFacts") -> "Version":
        """Show what is stored."""
        version = facts.version
        return cls(
            address=f"{model}@{version.version}",
            model=model,
            version=version.version,
            task=version.task,
            stage=version.stage,
            is_champion=facts.is_champion,
            artifact_uri=version.artifact_uri,
            artifact_sha256=version.artifact_sha256,
            artifact_manifest=version.artifact_manifest,
            artifact_size=version.artifact_size,
            artifact_format=version.artifact_format,
            code_ref=version.code_ref,
            data_digests=version.data_digests,
            environment_ref=version.environment_ref,
            seed=version.seed,
            missing_to_rebuild=missing_to_rebuild(version),
            change_note=version.change_note,
            registered_by=facts.registered_by,
            registered_at=version.registered_at,
        )
