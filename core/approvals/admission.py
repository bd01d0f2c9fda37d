"""May these bytes be released, going by an attestation alone? Offline, with a public key, and in one fixed order."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from core import clock, digest
from core.approvals.attestation import (
    PAYLOAD_TYPE,
    Result,
    Statement,
    Summary,
    resource_uri,
    verifier_id,
)
from core.approvals.levels import APPROVED, reaches
from core.audit.dsse import Envelope, PublicKey
from core.digest import Digest
from core.errors import InputError
from core.registry.address import reference

SKEW: Final = timedelta(minutes=5)
"""How far the clock of a pipeline may stand behind the one of the house."""


class Step(StrEnum):
    """What is looked at, in this order: nothing that was not signed is believed, and nothing about other bytes."""

    SIGNATURE = "signature"
    DIGEST = "digest"
    TYPE = "type"
    VERIFIER = "verifier"
    RESOURCE = "resource"
    RESULT = "result"
    LEVEL = "level"
    LIFETIME = "lifetime"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a pipeline is about to release, and what it asks for.

    Attributes:
        artifact: fingerprint of the bytes at hand.
        manifest: fingerprint of the list of their files, where they are a folder.
        version: the version it should be, as people write it (`mortgage-approval@4`); None for any.
        resource: the whole address it should be (`signoff://…`); None for any.
        verifier: who should have verified (`https://…/verifier/v1`); None for the house that the resource names.
        levels: what should have been verified.
    """

    artifact: Digest
    manifest: Digest | None = None
    version: str | None = None
    resource: str | None = None
    verifier: str | None = None
    levels: tuple[str, ...] = (APPROVED,)


@dataclass(frozen=True, slots=True)
class Check:
    """What one step found; `held` is None for a step that was not reached."""

    step: Step
    held: bool | None
    found: str


@dataclass(frozen=True, slots=True)
class Admission:
    """The answer, step by step.

    Attributes:
        checks: one for each step, in their order.
        version: what the attestation is about, as people write it; empty when it could not be believed.
        request: the request that it rests on; empty like `version`.
    """

    checks: tuple[Check, ...]
    version: str = ""
    request: str = ""

    @property
    def allowed(self) -> bool:
        """Whether every step held."""
        return all(check.held for check in self.checks)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why not, each a sentence without a full stop."""
        return tuple(check.found for check in self.checks if check.held is False)


Look = tuple[Step, Callable[[Summary, Wanted, datetime], tuple[bool, str]]]


def admit(data: bytes, keys: Sequence[PublicKey], wanted: Wanted, now: datetime) -> Admission:
    """Look at an attestation in the order of `Step`.

    Args:
        data: an envelope, or a Sigstore bundle with one inside.
        keys: the release keys that are believed, taken from elsewhere.
        wanted: what is about to be released.
        now: the moment of the release.

    Raises:
        InputError: the bytes are no envelope, or there is no key.
    """
    if not keys:
        raise InputError("There is no key to check the attestation with.", "Give the release key with --key.")
    envelope = Envelope.parse(data)
    if (signer := envelope.signed_by(keys)) is None:
        return _ended([Check(Step.SIGNATURE, False, "no key that was given signed this attestation")])
    checks = [Check(Step.SIGNATURE, True, f"signed by the release key {digest.short(signer.fingerprint)}")]
    try:
        statement = Statement.read(envelope.payload)
    except InputError as strange:
        return _ended([*checks, Check(Step.DIGEST, False, strange.problem.rstrip("."))])
    checks.append(_bytes(statement, wanted))
    if not statement.is_summary or envelope.kind != PAYLOAD_TYPE:
        found = f"this is a {statement.predicate_type}, and no verification summary v1 in an in-toto statement v1"
        return _ended([*checks, Check(Step.TYPE, False, found)])
    try:
        summary = Summary.read(statement.predicate)
    except InputError as strange:
        return _ended([*checks, Check(Step.TYPE, False, strange.problem.rstrip("."))])
    checks.append(Check(Step.TYPE, True, "a verification summary v1 in an in-toto statement v1"))
    checks += [Check(step, *look(summary, wanted, now)) for step, look in _LOOKS]
    names, approval = statement.names, summary.approval
    return Admission(tuple(checks), names[0] if names else "", approval.request_id if approval else "")


def _ended(checks: list[Check]) -> Admission:
    """Stop here: what follows is not believed, so it is not looked at."""
    reached = {check.step for check in checks}
    return Admission((*checks, *(Check(step, None, "not looked at") for step in Step if step not in reached)))


def _bytes(statement: Statement, wanted: Wanted) -> Check:
    if not statement.about(wanted.artifact):
        found = f"it is about other bytes than {digest.short(wanted.artifact)}"
        return Check(Step.DIGEST, False, found)
    if wanted.manifest is not None and wanted.manifest not in _manifests(statement):
        found = "the names of the files are not the ones that were approved"
        return Check(Step.DIGEST, False, found)
    return Check(Step.DIGEST, True, f"it is about these bytes, {digest.short(wanted.artifact)}")


def _manifests(statement: Statement) -> Iterator[str]:
    """The lists of files that were approved with the bytes."""
    inputs = statement.predicate.get("inputAttestations")
    for one in inputs if isinstance(inputs, list) else []:
        if (
            isinstance(one, dict)
            and "/evidence/manifest/" in str(one.get("uri"))
            and isinstance(one.get("digest"), dict)
        ):
            yield f"sha256:{one['digest'].get('sha256')}"


def _verifier(summary: Summary, wanted: Wanted, _now: datetime) -> tuple[bool, str]:
    host = urlsplit(wanted.resource or summary.resource_uri).netloc
    expected = wanted.verifier or verifier_id(host)
    if summary.verifier.id != expected:
        return False, f"{summary.verifier.id} verified it, and not {expected}"
    return True, f"verified by {expected}"


def _resource(summary: Summary, wanted: Wanted, _now: datetime) -> tuple[bool, str]:
    host = urlsplit(summary.resource_uri).netloc
    expected = wanted.resource or summary.resource_uri
    if wanted.version is not None and wanted.resource is None:
        expected = resource_uri(host, *reference(wanted.version))
    if summary.resource_uri != expected or not host:
        return False, f"it is about {summary.resource_uri}, and not about {expected}"
    return True, f"about {expected}"


def _result(summary: Summary, _wanted: Wanted, _now: datetime) -> tuple[bool, str]:
    if summary.verification_result is Result.PASSED:
        return True, "it says PASSED"
    decision = f": it {summary.approval.decision.words}" if summary.approval else ""
    return False, f"it says FAILED{decision}"


def _level(summary: Summary, wanted: Wanted, _now: datetime) -> tuple[bool, str]:
    missing = [level for level in wanted.levels if not reaches(summary.verified_levels, level)]
    if missing or not wanted.levels:
        return False, f"{', '.join(missing) or 'no level'} was not verified"
    return True, f"verified: {', '.join(summary.verified_levels)}"


def _lifetime(summary: Summary, _wanted: Wanted, now: datetime) -> tuple[bool, str]:
    until = summary.approval.not_after if summary.approval else None
    if until is None:
        return False, "it does not say until when it holds"
    if now >= until:
        return False, f"it ended at {clock.rfc3339(until)}"
    if now < summary.time_verified - SKEW:
        return False, f"it begins at {clock.rfc3339(summary.time_verified)}, which is later than this clock says"
    return True, f"it holds until {clock.rfc3339(until)}"


_LOOKS: Final[tuple[Look, ...]] = (
    (Step.VERIFIER, _verifier),
    (Step.RESOURCE, _resource),
    (Step.RESULT, _result),
    (Step.LEVEL, _level),
    (Step.LIFETIME, _lifetime),
)
