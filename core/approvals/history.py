"""What stood where at a past moment, who agreed to it, on which evidence, under which policy.

The answer for a past moment never changes: it is read from placements, from the log and from what was kept under
its fingerprint when a request was decided, not from where anything stands now.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from core.access import queries as people
from core.access.person import ReviewRole
from core.approvals.decided import DecidedGate, DecidedUnder
from core.approvals.pin_set import recall
from core.approvals.queries import number
from core.approvals.request import Review, TransitionRequest
from core.approvals.review import Opinion
from core.approvals.states import RequestKind
from core.audit import tables
from core.audit.event import Event
from core.digest import of_json
from core.errors import InputError, IntegrityError
from core.evidence.pin import Pin, set_digest
from core.registry.placement import ORDER, Placement, made, placements, stood
from core.registry.stage import Stage
from core.registry.version import ModelVersion
from core.store.keyset import Slice, Wanted, sliced
from core.store.page import Page


@dataclass(frozen=True, slots=True)
class Signer:
    """One of the people whose signatures made the decision, as what, and with which opinion."""

    person: str
    roles: tuple[ReviewRole, ...]
    opinion: Opinion | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Agreement:
    """The decision by which a version came to stand where it stood.

    Attributes:
        request: its address, `REQ-17`.
        kind: what was asked.
        version: which version it was asked for; another one than the one that moved, where that one made room.
        opened_by: who asked.
        applied_at: when it was applied.
        policy: what governed; None where nothing did.
        evidence: fingerprint of everything that was signed.
        pins: the parts of it.
        signed: whose signatures counted, in the order they were given.
        accepted: checks that were not met and were accepted, by their ids.
        entry: position in the audit log of the entry that says so.
    """

    request: str
    kind: RequestKind
    version: int
    opened_by: str
    opened_at: datetime
    applied_at: datetime
    policy: DecidedUnder | None
    evidence: str
    pins: tuple[Pin, ...]
    signed: tuple[Signer, ...]
    accepted: tuple[str, ...]
    entry: int


@dataclass(frozen=True, slots=True)
class Stood:
    """One version at a past moment; without an agreement nobody was asked, as when it was registered."""

    placement: Placement
    agreement: Agreement | None


def must_be_past(at: datetime, now: datetime) -> None:
    """Refuse a moment that has not come: what stands now may not stand then.

    Raises:
        InputError: `at` lies after `now`.
    """
    if at > now:
        raise InputError("That moment has not come yet.", "Ask for a moment in the past, or for now.")


def history(session: Session, at: datetime, now: datetime, stage: Stage | None = None, page: int = 1) -> Page[Stood]:
    """What stood in each stage at a moment, by model and version, a page at a time.

    Args:
        session: where to read.
        at: the moment asked about.
        now: the present one.
        stage: only this one.
        page: number of the page, from 1.

    Raises:
        InputError: `at` lies in the future.
        IntegrityError: what was kept of a decision no longer matches its fingerprint.
    """
    must_be_past(at, now)
    found = placements(session, at, stage, page)
    return Page(with_agreements(session, found.items), found.total, found.number, found.size)


def history_slice(
    session: Session, at: datetime, wanted: Wanted, stage: Stage | None = None, among: Collection[int] = ()
) -> Slice[Stood]:
    """What stood in each stage at a moment, for programs: a slice at a time.

    Args:
        session: where to read.
        at: the moment asked about, which must have come.
        wanted: which slice.
        stage: only this one.
        among: keys of the only models that are looked at; empty for every model.

    Raises:
        InputError: the cursor is none of this list.
        IntegrityError: what was kept of a decision no longer matches its fingerprint.
    """
    found = sliced(session, stood(at, stage, among), ORDER, made, wanted)
    return Slice(with_agreements(session, found.items), found.next)


def with_agreements(session: Session, found: Sequence[Placement]) -> list[Stood]:
    """Add to each placement the decision behind it, in a handful of queries for all of them.

    Raises:
        IntegrityError: what was kept of a decision no longer matches its fingerprint.
    """
    agreed = agreements(session, {one.request for one in found if one.request is not None})
    return [Stood(one, agreed.get(one.request or "")) for one in found]


def agreements(session: Session, addresses: Collection[str]) -> dict[str, Agreement]:
    """Read how these requests were decided, by their addresses; what the log does not know as applied is left out.

    Raises:
        IntegrityError: what was kept of a decision no longer matches its fingerprint.
    """
    applied = _applied(session, addresses)
    requests = _requests(session, [number(address) for address in applied])
    told = [entry["data"] for entry in applied.values()]
    policies = _policies(session, {one["gate"] for one in told})
    pins = _pins(session, {one["evidence"] for one in told})
    signers = _signers(session, {review for one in told for review in one["reviews"]})
    asked = list(requests.values())
    names = people.names(session, [one.opened_by for one in asked])
    versions = _numbers(session, [one.version_id for one in asked])
    return {
        address: Agreement(
            request=address,
            kind=request.kind,
            version=versions[request.version_id],
            opened_by=names.get(request.opened_by, ""),
            opened_at=request.opened_at,
            applied_at=request.decided_at or request.submitted_at,
            policy=policies[entry["data"]["gate"]],
            evidence=entry["data"]["evidence"],
            pins=pins[entry["data"]["evidence"]],
            signed=tuple(signers[review] for review in sorted(entry["data"]["reviews"])),
            accepted=tuple(entry["data"]["accepted"]),
            entry=entry["seq"],
        )
        for address, entry in applied.items()
        for request in [requests[address]]
    }


def _applied(session: Session, addresses: Collection[str]) -> dict[str, dict[str, Any]]:
    """The entries of the log that say these requests were applied."""
    entry = tables.entry.c
    wanted = columns(entry.leaf).where(
        entry.subject.in_([f"request:{address}" for address in addresses]), entry.action == Event.TRANSITION_APPLIED
    )
    leaves = [json.loads(bytes(leaf)) for leaf in session.connection().execute(wanted).scalars()]
    return {leaf["subject"]["id"]: leaf for leaf in leaves}


def _requests(session: Session, ids: Collection[int]) -> dict[str, TransitionRequest]:
    rows = session.exec(select(TransitionRequest).where(col(TransitionRequest.id).in_(ids)))
    return {row.address: row for row in rows}


def _numbers(session: Session, version_ids: Collection[int]) -> dict[int | None, int]:
    rows = session.exec(select(ModelVersion.id, ModelVersion.version).where(col(ModelVersion.id).in_(version_ids)))
    return dict(rows.all())


def _policies(session: Session, kept: Collection[str]) -> dict[str, DecidedUnder | None]:
    """What governed each decision, from what was kept under its fingerprint."""
    rows = session.exec(select(DecidedGate).where(col(DecidedGate.digest).in_(kept)))
    found = {row.digest: row.content for row in rows if of_json(row.content) == row.digest}
    if set(kept) - found.keys():
        raise _changed("What a request was decided on")
    return {
        digest: DecidedUnder(**content["policy"]) if content["policy"] else None for digest, content in found.items()
    }


def _pins(session: Session, digests: Collection[str]) -> dict[str, tuple[Pin, ...]]:
    found = recall(session, digests)
    if any(digest not in found or set_digest(found[digest]) != digest for digest in digests):
        raise _changed("The evidence that was signed")
    return found


def _signers(session: Session, ids: Collection[int]) -> dict[int, Signer]:
    rows = session.exec(select(Review).where(col(Review.id).in_(ids))).all()
    names = people.names(session, [row.person_id for row in rows])
    return {
        row.key: Signer(
            names.get(row.person_id, ""),
            tuple(role for role in ReviewRole if role in row.held),
            row.opinion,
            row.at,
        )
        for row in rows
    }


def _changed(what: str) -> IntegrityError:
    return IntegrityError(
        f"{what} does not match its fingerprint.",
        "Somebody changed the database behind Signoff. Run `signoff doctor` and restore a backup.",
    )
