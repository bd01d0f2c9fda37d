"""What a release attestation says: that a version's bytes were approved for production, by whom, and until when.

An in-toto Statement v1 with SLSA's Verification Summary v1 inside, so that tools of others can read it. What they have
no word for stands in one extension of ours.

Sources: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md;
https://slsa.dev/spec/v1.1/verification_summary.
"""

from collections.abc import Iterable
from enum import StrEnum
from importlib.metadata import version as installed
from typing import Any, Final, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from core import digest
from core.errors import EvidenceError, InputError
from core.evidence.pin import Pin
from core.tabular import strict_json

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE: Final = "https://slsa.dev/verification_summary/v1"
_EXTENSION: Final = "/attestation/approval/v1"


class Result(StrEnum):
    """SLSA's two answers."""

    PASSED = "PASSED"
    FAILED = "FAILED"


class Ruling(StrEnum):
    """What was decided about the version."""

    APPROVED = "approved"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    WITHHELD = "withheld"

    @property
    def words(self) -> str:
        """What happened, as the end of a sentence that begins with the version."""
        return _RULING_WORDS[self]


_RULING_WORDS = {
    Ruling.APPROVED: "was approved for production",
    Ruling.REVOKED: "lost its approval for production",
    Ruling.SUPERSEDED: "was replaced in production",
    Ruling.WITHHELD: "is held back by an open finding, though it was approved",
}


class Part(BaseModel):
    """A part of the document: names as the formats write them; what is not known is passed over, as they ask."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True, extra="ignore")


class Resource(Part):
    """A thing by its fingerprint."""

    name: str | None = None
    uri: str | None = None
    digest: dict[str, str] = Field(default_factory=dict)


class Verifier(Part):
    """Who says so."""

    id: str
    version: dict[str, str] = Field(default_factory=dict)


class Approver(Part):
    """One person who agreed, by the identity that the log knows too; never a name or an e-mail address."""

    subject: str
    role: str
    at: AwareDatetime


class Agreed(Part):
    """Who had to agree: how many people, whether in different roles, and whether any of them had a hand in it."""

    required: int = Field(ge=0)
    distinct_roles: bool
    self_approval: bool


class LogEntry(Part):
    """Where the log says the same: its name, the position of the entry, and the RFC 6962 leaf hash of it in hex."""

    origin: str
    index: int = Field(ge=0)
    leaf_hash: str = Field(pattern=r"^[0-9a-f]{64}$")


class Approval(Part):
    """Our extension: the decision itself. `not_after` is missing from one that takes an approval back."""

    request_id: str
    environment: Literal["production"] = "production"
    decision: Ruling
    approvers: tuple[Approver, ...]
    quorum: Agreed
    not_after: AwareDatetime | None = None
    audit_log: LogEntry


class Summary(Part):
    """The predicate: SLSA's Verification Summary, with our extension where one of ours wrote it."""

    verifier: Verifier
    time_verified: AwareDatetime
    resource_uri: str
    policy: Resource
    input_attestations: tuple[Resource, ...] = ()
    verification_result: Result
    verified_levels: tuple[str, ...] = ()
    approval: Approval | None = Field(default=None, exclude=True)

    @classmethod
    def read(cls, predicate: dict[str, Any]) -> Self:
        """Read a predicate.

        Raises:
            InputError: it is no summary of this version.
        """
        own = next((value for name, value in predicate.items() if name.endswith(_EXTENSION)), None)
        try:
            return cls.model_validate({**predicate, "approval": own})
        except ValidationError as wrong:
            where = ".".join(str(step) for step in wrong.errors()[0]["loc"])
            raise InputError(f"The attestation is no verification summary: {where} does not fit.", _TAKE_OURS) from None


class Statement(Part):
    """What is signed: a predicate about bytes."""

    type: str = Field(alias="_type")
    subject: tuple[Resource, ...]
    predicate_type: str
    predicate: dict[str, Any]

    @classmethod
    def read(cls, payload: bytes) -> Self:
        """Read a statement, whatever its predicate.

        Raises:
            InputError: the bytes are no in-toto statement.
        """
        try:
            return cls.model_validate(strict_json.loads(payload, "The attestation"))
        except EvidenceError as odd:
            raise InputError(odd.problem, _TAKE_OURS) from None
        except ValidationError:
            raise InputError("The envelope holds no in-toto statement.", _TAKE_OURS) from None

    @property
    def names(self) -> tuple[str, ...]:
        """What it is about, as people write it."""
        return tuple(one.name for one in self.subject if one.name)

    @property
    def is_summary(self) -> bool:
        """Whether it is a statement v1 with a verification summary v1."""
        return (self.type, self.predicate_type) == (STATEMENT_TYPE, PREDICATE_TYPE)

    def about(self, bytes_of: str) -> bool:
        """Tell whether it is about these bytes (`sha256:…`)."""
        wanted = bytes_of.removeprefix("sha256:")
        return any(one.digest.get("sha256") == wanted for one in self.subject)


_TAKE_OURS: Final = "Take the attestation that Signoff issued, from the version's page or from the API."


def write(host: str, address: tuple[str, int], artifact: str, summary: Summary) -> bytes:
    """Write a statement as the bytes that are signed (RFC 8785); the same words give the same bytes.

    Args:
        host: the house in whose name it is said.
        address: name of the model in addresses, and number of the version.
        artifact: fingerprint of the bytes that may or may not be released.
        summary: what is said.

    Raises:
        ValueError: the summary has no approval; every one of ours has.
    """
    if summary.approval is None:
        raise ValueError("An attestation of ours says who approved.")
    subject = Resource(name=f"{address[0]}@{address[1]}", digest=hashed(artifact))
    predicate = {**_plain(summary), f"https://{host}{_EXTENSION}": _plain(summary.approval)}
    return digest.canonical(
        {
            "_type": STATEMENT_TYPE,
            "subject": [_plain(subject)],
            "predicateType": PREDICATE_TYPE,
            "predicate": predicate,
        }
    )


def verifier(host: str) -> Verifier:
    """Name this house as the one who verified, and the release of Signoff that it runs."""
    return Verifier(id=verifier_id(host), version={"signoff": installed("signoff")})


def verifier_id(host: str) -> str:
    """Write how attestations call the house behind a host."""
    return f"https://{host}/verifier/v1"


def resource_uri(host: str, model: str, version: int) -> str:
    """Write how attestations call a version.

    >>> resource_uri("signoff.example.org", "mortgage-approval", 4)
    'signoff://signoff.example.org/models/mortgage-approval/versions/4'
    """
    return f"signoff://{host}/models/{model}/versions/{version}"


def evidence(host: str, pins: Iterable[Pin], manifest: str | None = None) -> tuple[Resource, ...]:
    """Name everything that was pinned, and the manifest of the files where the artifact is a folder."""
    found = [(pin.component.value, str(pin.digest)) for pin in pins]
    if manifest is not None:
        found.append(("manifest", manifest))
    return tuple(
        Resource(uri=f"https://{host}/evidence/{kind}/{of.removeprefix('sha256:')}", digest=hashed(of))
        for kind, of in found
    )


def subject_of(iss: str, sub: str) -> str:
    """Write who somebody is: by account of this house, or by issuer and subject of an identity provider.

    >>> subject_of("local", "9f2c"), subject_of("https://login.example.org", "248289761001")
    ('local:9f2c', 'oidc:https://login.example.org#248289761001')
    """
    return f"local:{sub}" if iss == "local" else f"oidc:{iss}#{sub}"


def identity(subject: str) -> tuple[str, str]:
    """Read issuer and subject from what `subject_of` wrote.

    >>> identity("local:9f2c"), identity("oidc:https://login.example.org#24")
    (('local', '9f2c'), ('https://login.example.org', '24'))
    """
    kind, _, rest = subject.partition(":")
    if kind == "local":
        return kind, rest
    iss, _, sub = rest.partition("#")
    return iss, sub


def hashed(of: str) -> dict[str, str]:
    """Write a fingerprint as in-toto does.

    >>> hashed("sha256:9f2c")
    {'sha256': '9f2c'}
    """
    return {"sha256": of.removeprefix("sha256:")}


def _plain(part: Part) -> dict[str, Any]:
    return part.model_dump(mode="json", by_alias=True, exclude_none=True)
