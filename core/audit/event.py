"""The closed vocabulary of what can happen, and the exact bytes one event becomes in the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NotRequired, Self, TypedDict

from core import digest
from core.audit.actor import Actor

LEAF_LIMIT = 60_000
"""Largest leaf in bytes; tlog-tiles stores its length in 16 bits."""


class Event(StrEnum):
    """Names are `entity.verb_in_past`; `words` is what a person reads first."""

    words: str

    def __new__(cls, name: str, words: str) -> Self:
        """Keep the words beside the name."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.words = words
        return member

    ACCESS_REFUSED = "access.refused", "Access was refused"
    ACCESS_REVIEW_EXPORTED = "access_review.exported", "A review of who has access was exported"
    ACCESS_REVIEW_RULED = "access_review.ruled", "An account was looked at in a review of access"
    ACCESS_REVIEW_SIGNED = "access_review.signed", "A review of who has access was signed"
    ACCESS_REVIEW_STARTED = "access_review.started", "A review of who has access was started"
    ACCESS_REVIEW_WITHDRAWN = "access_review.withdrawn", "A review of who has access was withdrawn"
    ALERT_RAISED = "alert.raised", "Monitoring raised an alert"
    APPROVAL_RULE_ACCEPTED = "override.used", "A check that was not met was accepted"
    ATTESTATION_GIVEN = "attestation.given", "An obligation was attested by a person"
    AUDIT_EXPORTED = "audit.exported", "The audit log was exported"
    ATTESTATION_WITHDRAWN = "attestation.withdrawn", "A declaration about an obligation was taken back"
    BASELINE_SET = "baseline.set", "A monitoring baseline was set"
    BLOB_ERASED = "blob.erased", "A stored file was erased"
    CARD_EXPORTED = "card.exported", "A model card was exported"
    CARD_FIELDS_PUBLISHED = "card_fields.published", "Own fields of model cards were published"
    CARD_SAVED = "card.saved", "A model card was saved"
    CONTROL_SCOPED = "control.scoped", "An obligation was marked as not applicable"
    DATASET_REGISTERED = "dataset.registered", "A dataset was registered"
    DATASET_VERSION_REGISTERED = "dataset_version.registered", "A version of a dataset was registered"
    EPOCH_STARTED = "log.epoch_started", "A new epoch of the log began"
    EVALUATION_SET_REGISTERED = "evaluation_set.registered", "An evaluation set was registered"
    EVALUATION_UPLOADED = "evaluation.uploaded", "An evaluation was uploaded and recomputed"
    FINDING_RAISED = "finding.raised", "A finding was raised"
    FINDING_REOPENED = "finding.reopened", "A finding was opened again"
    FINDING_RESOLVED = "finding.resolved", "A finding was resolved"
    HEARTBEAT = "log.heartbeat", "The log had nothing to say for a day"
    KEY_ENDED = "log.key_ended", "An old key of the log stopped signing"
    KEY_ROTATED = "log.key_rotated", "The log was given a new key"
    LABELS_ADDED = "labels.added", "Late labels were added"
    LINEAGE_LINKED = "lineage.linked", "A lineage edge was recorded"
    MODEL_CHANGED = "model.changed", "A model's description was changed"
    MODEL_REGISTERED = "model.registered", "A model was registered"
    MODEL_VERSION_REGISTERED = "model_version.registered", "A model version was registered"
    MONITOR_DEFINED = "monitor.defined", "Monitoring was set up"
    PERSON_ACTIVATED = "person.activated", "An account was activated"
    PERSON_CREATED = "person.created", "An account was created"
    PERSON_DEACTIVATED = "person.deactivated", "An account was deactivated"
    PERSON_EMAIL_SET = "person.email_set", "An e-mail address was set"
    PERSON_INVITED = "person.invited", "A link to choose a password was given"
    PERSON_PASSWORD_SET = "person.password_set", "A password was set"
    PERSON_PROFILE_FOLLOWED = "person.profile_followed", "A name or address was taken over from an identity provider"
    PERSON_PROFILE_REFUSED = "person.profile_refused", "An identity provider gave somebody an address that another has"
    PERSON_SYSTEM_ROLE_SET = "person.system_role_set", "A system role was set"
    POLICY_DISCARDED = "policy.discarded", "A draft of a policy was thrown away"
    POLICY_DRAFTED = "policy.drafted", "A policy was drafted"
    POLICY_PUBLISHED = "policy.published", "A policy was published"
    POLICY_RETIRED = "policy.retired", "A policy was taken out of force"
    PREDICTIONS_LOGGED = "predictions.logged", "Production predictions were logged"
    RELEASE_ATTESTED = "release.attested", "A release attestation was issued"
    RELEASE_EXPORTED = "release.exported", "A release attestation was taken away"
    RELEASE_KEY_ROTATED = "release_key.rotated", "Releases were given a new key"
    RELEASE_WITHDRAWN = "release.withdrawn", "A release attestation was taken back"
    REPORT_EXPORTED = "report.exported", "A report was exported"
    REQUEST_CHANGES_ASKED = "request.changes_asked", "Changes to a request were asked for"
    REQUEST_EVIDENCE_CHANGED = "request.evidence_changed", "Something under review changed"
    REQUEST_EXPIRED = "request.expired", "A request expired"
    REQUEST_OPENED = "request.opened", "A request was opened"
    REQUEST_REJECTED = "request.rejected", "A request was rejected"
    REQUEST_RESUBMITTED = "request.resubmitted", "A request was resubmitted"
    REQUEST_WITHDRAWN = "request.withdrawn", "A request was withdrawn"
    REVIEW_STALED = "review.staled", "Something changed since a review was signed"
    REVIEW_SUBMITTED = "review.submitted", "A review was submitted"
    ROLE_GRANTED = "role.granted", "A review role was granted"
    ROLE_REVOKED = "role.revoked", "A review role was revoked"
    RUN_RECORDED = "run.recorded", "A run was recorded"
    SESSION_ENDED = "session.ended", "A session was ended"
    SESSION_STARTED = "session.started", "Somebody signed in"
    SIGN_IN_REFUSED = "sign_in.refused", "A sign-in was refused"
    STORE_BACKED_UP = "store.backed_up", "A backup of the store was made"
    STORE_CREATED = "store.created", "The store was created"
    STORE_RESTORED = "store.restored", "The store was restored from a backup"
    TEXT_ERASED = "text.erased", "A free text was erased"
    TOKEN_CREATED = "token.created", "A token was made"
    TOKEN_REVOKED = "token.revoked", "A token was revoked"
    TRANSITION_APPLIED = "transition.applied", "A transition was applied"
    TRANSITION_FAILED = "transition.failed", "A transition could not be applied"
    TRANSITION_REFUSED = "transition.refused", "A decision was refused"
    TRANSITION_REVOKED = "transition.revoked", "An applied transition was revoked"
    USE_CASE_REGISTERED = "use_case.registered", "A use case was registered"
    WEBHOOK_CHANGED = "webhook.changed", "What a webhook is told was changed"
    WEBHOOK_REGISTERED = "webhook.registered", "A webhook was registered"
    WEBHOOK_REMOVED = "webhook.removed", "A webhook was removed"


DECISIONS = frozenset(
    {
        Event.ACCESS_REVIEW_SIGNED,
        Event.APPROVAL_RULE_ACCEPTED,
        Event.ATTESTATION_GIVEN,
        Event.EPOCH_STARTED,
        Event.KEY_ROTATED,
        Event.RELEASE_ATTESTED,
        Event.RELEASE_WITHDRAWN,
        Event.REPORT_EXPORTED,
        Event.REQUEST_REJECTED,
        Event.REVIEW_SUBMITTED,
        Event.TRANSITION_APPLIED,
        Event.TRANSITION_REVOKED,
    }
)
"""What somebody may have to prove later: the log is signed in the same transaction."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about.

    Attributes:
        type: the noun: `model_version`, `request`, `person`.
        id: its address, as people write it: `mortgage-approval@4`, `REQ-17`.
        version: the number of the version, where the noun has them.
    """

    type: str
    id: str
    version: int | None = None


class Leaf(TypedDict):
    """The JSON object that is hashed. Append fields only with a new `v`."""

    v: int
    seq: int
    ts: str
    actor: dict[str, str]
    action: str
    subject: dict[str, str | int | None]
    data: Mapping[str, object]
    req: str
    clock: NotRequired[str]


def leaf(
    seq: int,
    ts: str,
    actor: Actor,
    *,
    event: Event,
    subject: Subject,
    data: Mapping[str, object],
    req: str,
    behind: int,
) -> bytes:
    """Write one event as the exact bytes that the log hashes (RFC 8785).

    The means by which somebody acted stand in `data`: `method`, and for a token its address `token`. The actor stays
    the person, with kind `token`, so that what somebody did by hand and through tokens is found under one identity.

    Args:
        seq: position in the log, from 0.
        ts: moment in UTC with microseconds, never before the entry above.
        actor: who acted; only issuer, subject and kind enter the leaf.
        event: what happened.
        subject: to what.
        data: digests, numbers and short words; no personal data and no free text.
        req: one id for all events of one transaction.
        behind: seconds by which the clock stood behind the last entry; 0 when it did not.

    Returns:
        Canonical JSON in UTF-8, at most `LEAF_LIMIT` bytes.

    Raises:
        ValueError: the leaf is too long, or `data` holds something without a canonical form.
    """
    content: Leaf = {
        "v": 1,
        "seq": seq,
        "ts": ts,
        "actor": {"iss": actor.iss, "sub": actor.sub, "kind": actor.kind.value},
        "action": event.value,
        "subject": {"type": subject.type, "id": subject.id, "version": subject.version},
        "data": {**data, **_means(actor)},
        "req": req,
    }
    if behind:
        content["clock"] = f"behind:{behind}"
    written = digest.canonical(content)
    if len(written) > LEAF_LIMIT:
        raise ValueError(f"An event of {len(written)} bytes does not fit the log; record digests, not contents.")
    return written


def _means(actor: Actor) -> dict[str, str]:
    if actor.token_id is None:
        return {"method": actor.method}
    return {"method": actor.method, "token": f"TOK-{actor.token_id}"}
