"""Reads of reviews of access: the list, the accounts still to look at, and what a signed one says."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col
from sqlmodel import select as entities

from core import digest
from core.access.person import Person
from core.compliance.access_review.document import Document, Line
from core.compliance.access_review.holding import Holding, holdings
from core.compliance.access_review.review import AccessReview, Mark, Ruling
from core.errors import NotFoundError
from core.store.blobs import Blobs
from core.store.page import Page, paged


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A review of access in a list."""

    address: str
    period_start: datetime
    period_end: datetime
    started_by: str
    started_at: datetime
    signed_by: str | None
    signed_at: datetime | None
    document: str | None
    withdrawn: bool
    counts: dict[Ruling, int]


@dataclass(frozen=True, slots=True)
class Looked:
    """An account in an open review, with what was said about it; None while nobody has."""

    holding: Holding
    mark: Mark | None

    @property
    def settled(self) -> bool:
        """Whether somebody looked, and it still holds what they saw."""
        return self.mark is not None and self.mark.still_fits(self.holding.access)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an open review is.

    Attributes:
        accounts: open accounts.
        looked_at: those of them about which somebody said something.
    """

    accounts: int
    looked_at: int


def review(session: Session, address: str) -> AccessReview:
    """Find a review of access by the name that people give it, `ACR-3`; NotFoundError when there is none."""
    number = address.strip().upper().removeprefix("ACR-")
    found = session.get(AccessReview, int(number)) if number.isdecimal() and len(number) < 10 else None
    if found is None:
        raise NotFoundError(f"There is no review of access {address[:20]}.", "Pick one from the list.")
    return found


def under_way(session: Session) -> AccessReview | None:
    """The one review that is open; None when none is."""
    wanted = entities(AccessReview).where(
        col(AccessReview.signed_at).is_(None), col(AccessReview.withdrawn_at).is_(None)
    )
    return session.exec(wanted.order_by(col(AccessReview.id).desc())).first()


def reviews(session: Session, number: int = 1, size: int = 25) -> Page[ReviewLine]:
    """All reviews of access, newest first, a page at a time."""
    found = paged(session, select(col(AccessReview.id)).order_by(col(AccessReview.id).desc()), _first, number, size)
    rows = {row.key: row for row in session.exec(entities(AccessReview).where(col(AccessReview.id).in_(found.items)))}
    people = names(session, {one for row in rows.values() for one in (row.started_by, row.signed_by) if one})
    return Page([_line(rows[key], people) for key in found.items], found.total, found.number, found.size)


def last_signed(session: Session) -> ReviewLine | None:
    """The review that was signed last; None when none was."""
    wanted = entities(AccessReview).where(col(AccessReview.signed_at).is_not(None))
    row = session.exec(wanted.order_by(col(AccessReview.signed_at).desc(), col(AccessReview.id).desc())).first()
    return None if row is None else _line(row, names(session, {one for one in (row.started_by, row.signed_by) if one}))


def accounts(
    session: Session, open_review: AccessReview, at: datetime, number: int = 1, size: int = 25, *, left: bool = False
) -> Page[Looked]:
    """The open accounts of a review under way, by name, a page at a time.

    Args:
        session: where to read.
        open_review: the review.
        at: the moment at which tokens still work or not.
        number: page from 1.
        size: accounts on a page.
        left: only those about which nobody said anything yet.
    """
    ruled = open_review.ruled
    wanted = (
        select(col(Person.id))
        .where(col(Person.active).is_(True))
        .order_by(func.lower(col(Person.name)), col(Person.id))
    )
    if left:
        wanted = wanted.where(col(Person.id).not_in(ruled))
    found = paged(session, wanted, _first, number, size)
    people = names(session, set(found.items))
    held = holdings(session, [people[key] for key in found.items], at)
    looked = [Looked(one, ruled.get(one.person.key)) for one in held]
    return Page(looked, found.total, found.number, found.size)


def everything(session: Session, open_review: AccessReview, at: datetime) -> list[Looked]:
    """Every open account, and every closed one about which something was said, by name."""
    ruled = open_review.ruled
    active = session.exec(entities(Person).where(col(Person.active).is_(True))).all()
    here = {person.key: person for person in active} | names(session, set(ruled))
    ordered = sorted(here.values(), key=lambda person: (person.name.lower(), person.key))
    return [Looked(one, ruled.get(one.person.key)) for one in holdings(session, ordered, at)]


def progress(session: Session, open_review: AccessReview) -> Progress:
    """Count the open accounts and those that were looked at."""
    active = set(session.exec(entities(Person.id).where(col(Person.active).is_(True))).all())
    return Progress(len(active), len(active & set(open_review.ruled)))


def document(blobs: Blobs, signed: AccessReview) -> Document:
    """Read what a signed review says, checked against its fingerprint.

    Raises:
        NotFoundError: it is not signed, or the file was erased.
        IntegrityError: the file is not what was signed.
    """
    if signed.document is None:
        raise NotFoundError(f"{signed.address} is not signed.", "Sign it first.")
    return Document.model_validate_json(blobs.read(digest.parse(signed.document)))


def carried_out(session: Session, written: Document, at: datetime) -> dict[tuple[str, str], bool | None]:
    """Tell for every account of a signed review, by issuer and subject, whether what was decided is done by now.

    None where nothing had to be done.
    """
    subs = {one.who.sub for one in written.lines if one.carried_out is False}
    people = session.exec(entities(Person).where(col(Person.sub).in_(subs))).all() if subs else []
    now = {(one.person.iss, one.person.sub): one for one in holdings(session, people, at)}

    def done(one: Line) -> bool | None:
        held = now.get((one.who.iss, one.who.sub))
        if one.carried_out is not False or held is None:
            return one.carried_out
        moved = one.ruling is Ruling.CHANGED and held.access.digest != one.seen.digest
        return moved or not held.person.active

    return {(one.who.iss, one.who.sub): done(one) for one in written.lines}


def names(session: Session, ids: set[int]) -> dict[int, Person]:
    """The people behind these ids, closed accounts too."""
    found: dict[int, Person] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), 500):
        rows = session.exec(entities(Person).where(col(Person.id).in_(wanted[start : start + 500])))
        found.update({person.key: person for person in rows})
    return found


def _line(row: AccessReview, people: dict[int, Person]) -> ReviewLine:
    return ReviewLine(
        address=row.address,
        period_start=row.period_start,
        period_end=row.period_end,
        started_by=people[row.started_by].name,
        started_at=row.started_at,
        signed_by=people[row.signed_by].name if row.signed_by else None,
        signed_at=row.signed_at,
        document=row.document,
        withdrawn=row.withdrawn_at is not None,
        counts={Ruling.KEPT: row.kept, Ruling.CHANGED: row.changed, Ruling.CLOSED: row.closed},
    )


def _first(row: tuple[int, ...]) -> int:
    return int(row[0])
