"""May this be released? The question a pipeline asks before it deploys; nothing is decided here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from sqlmodel import Session, col, select

from core.approvals import attested
from core.approvals.attested import Attested
from core.approvals.dossier import gather
from core.approvals.request import TransitionRequest
from core.approvals.states import WAITING, RequestKind, RequestState
from core.evidence import queries as findings
from core.policy import waiver
from core.policy.result import Override
from core.registry import queries as registry
from core.registry.stage import Stage
from core.registry.version import ModelVersion
from core.store.blobs import Blobs

REACHED = {Stage.STAGING: (Stage.STAGING, Stage.PRODUCTION), Stage.PRODUCTION: (Stage.PRODUCTION,)}
"""Where a version has to stand to be released to a stage."""


@dataclass(frozen=True, slots=True)
class Release:
    """The answer to a pipeline.

    Attributes:
        allowed: whether it may be released.
        reasons: why not, each a sentence without a full stop; empty when it may.
        version: what was asked about, as people write it; empty when nothing has these bytes.
        artifact: fingerprint of the bytes that are approved.
        request: the request that approved it, or the one that is still open; None when nobody asked.
        policy: the policy it was approved under; empty when it was not.
        attestation: where the signed answer is served, below the public address; None when there is none that holds.
        unattested: why there is none, a sentence without a full stop; empty when there is one or nothing is approved.
    """

    allowed: bool
    reasons: tuple[str, ...]
    version: str
    artifact: str | None = None
    request: str | None = None
    policy: str = ""
    attestation: str | None = None
    unattested: str = ""


def may_release(session: Session, blobs: Blobs, version: ModelVersion, target: Stage, now: datetime) -> Release:
    """Tell whether a version may be released to a stage: it was approved for it, and nothing has ended that since.

    Raises:
        ValueError: nothing is ever released to `target`.
    """
    if target not in REACHED:
        raise ValueError(f"Nothing is released to {target.value}.")
    address = registry.address(session, version.key)
    given = approvals(session, version, target)
    approval = given[0] if given else None
    if approval is None or version.stage not in REACHED[target]:
        open_request, reasons = _waiting(session, blobs, version, target, now)
        standing = (
            f"{address} was approved for {target.value} once; now it is {version.stage.words.lower()}"
            if approval
            else ""
        )
        missing = standing or f"{address} was not approved for {target.value}; it stands in {version.stage.value}"
        return Release(False, (missing, *reasons), address, version.artifact_sha256, open_request)
    reasons = tuple(_ended(session, version, given, now))
    signed, unsigned = _attested(session, version, now)
    return Release(
        not reasons, reasons, address, version.artifact_sha256, approval.address, approval.policy, signed, unsigned
    )


def may_release_bytes(
    session: Session,
    blobs: Blobs,
    artifact: str,
    target: Stage,
    now: datetime,
    *,
    models: frozenset[int] | None = None,
    manifest: str | None = None,
) -> Release:
    """Tell whether bytes may be released: a version has them and may be, of a model on which most depends.

    What less depends on never speaks for the same bytes elsewhere, and the answer then says what to name.

    Args:
        session: for reading.
        blobs: the files of the store.
        artifact: fingerprint of the bytes.
        target: where they are to be released to.
        now: the moment.
        models: the models to look among; None for all.
        manifest: fingerprint of the list of their files, where they are a folder.
    """
    deciding = registry.deciding_about(session, artifact, models)
    if not deciding:
        return Release(False, ("no registered version has these bytes",), "", artifact)

    def about(version: ModelVersion) -> Release:
        return with_same_names(may_release(session, blobs, version, target, now), version, manifest)

    answers = [about(version) for version in deciding]
    answer = next((one for one in answers if one.allowed), answers[-1])
    if answer.allowed:
        return answer
    lesser = [
        registry.address(session, version.key)
        for version in registry.versions_with_artifact(session, artifact)
        if version not in deciding and (models is None or version.model_id in models)
    ]
    others = tuple(f"{one} has the same bytes and less depends on it: name it to ask about it" for one in lesser)
    return replace(answer, reasons=(*answer.reasons, *others))


def with_same_names(answer: Release, version: ModelVersion, manifest: str | None) -> Release:
    """Refuse a folder whose files are named otherwise than registered: one fingerprint for all does not tell.

    Args:
        answer: what holds for the bytes.
        version: the version that has them.
        manifest: fingerprint of the list of files at hand; None where they are no folder.
    """
    if manifest is None or manifest == version.artifact_manifest:
        return answer
    named = f"the files of {answer.version} were not registered under these names"
    return replace(answer, allowed=False, reasons=(named, *answer.reasons))


def unattested(version: ModelVersion, found: Attested | None, now: datetime) -> str:
    """Say why a version in production has no attestation that holds; empty when it has one."""
    if version.artifact_sha256 is None:
        return "no file or image was named when it was registered, so there is nothing to recognise it by"
    if found is None:
        return "none was issued yet; it comes within ten minutes while Signoff runs"
    if not found.passed:
        return "a finding holds it back; a new one comes within ten minutes after that is closed"
    if not found.holds(now):
        return f"the last one ended on {found.row.not_after:%Y-%m-%d}"
    return ""


def _attested(session: Session, version: ModelVersion, now: datetime) -> tuple[str | None, str]:
    found = attested.of_version(session, version.key) if version.stage is Stage.PRODUCTION else None
    missing = unattested(version, found, now) if version.stage is Stage.PRODUCTION else ""
    if found is None or missing:
        return None, missing
    # By name, because other versions may have the same bytes.
    named = urlencode({"model": registry.model_by_id(session, version.model_id).slug, "version": version.version})
    return f"/api/v1/attestations/{found.row.artifact}?{named}", ""


def approvals(session: Session, version: ModelVersion, target: Stage) -> list[TransitionRequest]:
    """The approvals for the stage, or for one beyond it, that were applied and not revoked; newest first.

    A rollback rests on the promotion it returns to, so the list ends with the newest promotion.
    """
    wanted = (
        select(TransitionRequest)
        .where(
            TransitionRequest.version_id == version.key,
            TransitionRequest.state == RequestState.APPLIED,
            col(TransitionRequest.target).in_(REACHED[target]),
            col(TransitionRequest.kind).in_((RequestKind.PROMOTION, RequestKind.ROLLBACK)),
        )
        .order_by(col(TransitionRequest.id).desc())
    )
    standing: list[TransitionRequest] = []
    for request in session.exec(wanted):
        standing.append(request)
        if request.kind is RequestKind.PROMOTION:
            break
    return standing


def _waiting(
    session: Session, blobs: Blobs, version: ModelVersion, target: Stage, now: datetime
) -> tuple[str | None, tuple[str, ...]]:
    """What an open request still needs."""
    wanted = select(TransitionRequest).where(
        TransitionRequest.version_id == version.key,
        col(TransitionRequest.state).in_(WAITING),
        col(TransitionRequest.target).in_(REACHED[target]),
        TransitionRequest.ends_at > now,
    )
    request = session.exec(wanted).first()
    if request is None:
        return None, ("nobody has asked for it",)
    dossier = gather(session, blobs, request, now)
    roles = [
        f"{request.address} wants the signature of a {role.words.lower()}" for role in dossier.standing.quorum.wanted
    ]
    return request.address, (*dossier.obstacles, *roles)


def exceptions(session: Session, version: ModelVersion, under: Sequence[TransitionRequest]) -> dict[str, Override]:
    """The exceptions that approvals rest on, by rule: of each rule the one that ends last."""
    requests = {approval.address for approval in under}
    given = [one for one in waiver.overrides(session, version.key) if one.request in requests]
    return {one.rule_id: one for one in sorted(given, key=lambda one: one.until)}


def _ended(session: Session, version: ModelVersion, under: Sequence[TransitionRequest], now: datetime) -> list[str]:
    """What closed since it was approved: an exception that ended, a finding that was raised."""
    return [
        *(
            f"the exception for {rule} ended on {one.until.date().isoformat()}"
            for rule, one in exceptions(session, version, under).items()
            if one.until <= now
        ),
        *(f"{one.address} is not closed: {one.title}" for one in findings.blocking(session, version.key)),
    ]
