"""What a signed review of access says, as a file that carries its own sense: canonical JSON, and a table of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from core import digest
from core.access.person import Person
from core.access.proof import ProofMethod
from core.compliance.access_review.holding import Access, Holding
from core.compliance.access_review.review import AccessReview, Mark, Ruling
from core.tabular.export import to_csv

_COLUMNS = (
    "name",
    "user name",
    "issuer",
    "account",
    "system role",
    "review roles",
    "tokens",
    "tokens until",
    "token last used",
    "last signed in",
    "decision",
    "in words",
    "decided by",
    "decided at",
    "about themself",
    "carried out",
)


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Who(_Written):
    """A person as the file names them: by identity, and by the name they had."""

    iss: str
    sub: str
    username: str
    name: str


class Line(_Written):
    """One account at the moment of signing, and what was decided about it.

    Attributes:
        who: whose account.
        active: whether it was open.
        access: what it could do.
        signed_in_at: when its owner last signed in; None when never.
        token_used_at: when one of its tokens was last used; None when never.
        ruling: what was decided.
        word: why, in words.
        by: who decided.
        at: when.
        seen: what it held when that was decided.
        own: whether whoever decided or signed looked at themself.
        carried_out: whether what was decided had been done by then; None where nothing had to be.
    """

    who: Who
    active: bool
    access: Access
    signed_in_at: datetime | None
    token_used_at: datetime | None
    ruling: Ruling
    word: str
    by: Who
    at: datetime
    seen: Access
    own: bool
    carried_out: bool | None


class Document(_Written):
    """A signed review of access, whole."""

    signoff_access_review: Literal[1] = 1
    review: str
    period_start: datetime
    period_end: datetime
    started_by: Who
    started_at: datetime
    signed_by: Who
    signed_at: datetime
    proof: ProofMethod
    statement: str
    lines: tuple[Line, ...]

    @property
    def counts(self) -> Mapping[Ruling, int]:
        """How many accounts were decided about in which way; every way is named."""
        found = Counter(line.ruling for line in self.lines)
        return {ruling: found[ruling] for ruling in Ruling}

    @property
    def canonical(self) -> bytes:
        """The exact bytes that are kept."""
        return digest.canonical(self.model_dump(mode="json"))


def line(holding: Holding, mark: Mark, names: Mapping[int, Person], signer: Person) -> Line:
    """Write down one account with what was decided about it."""
    person, access = holding.person, holding.access
    done = {
        Ruling.KEPT: None,
        Ruling.CHANGED: not person.active or access.digest != mark.seen.digest,
        Ruling.CLOSED: not person.active,
    }
    return Line(
        who=who(person),
        active=person.active,
        access=access,
        signed_in_at=holding.signed_in_at,
        token_used_at=holding.token_used_at,
        ruling=mark.ruling,
        word=mark.word,
        by=who(names[mark.by]),
        at=mark.at,
        seen=mark.seen,
        own=person.key in {mark.by, signer.key},
        carried_out=done[mark.ruling],
    )


def who(person: Person) -> Who:
    """Name a person as the file does."""
    return Who(iss=person.iss, sub=person.sub, username=person.username, name=person.name)


def statement(review: AccessReview, rulings: Sequence[Ruling]) -> str:
    """Write the sentence that is signed."""
    count = Counter(rulings)
    last_day = review.period_end - timedelta(microseconds=1)
    accounts = f"{len(rulings)} account{'' if len(rulings) == 1 else 's'}"
    return (
        f"I have reviewed who has access, for {review.period_start:%Y-%m-%d} to {last_day:%Y-%m-%d}: {accounts}, "
        + ", ".join(f"{count[ruling]} {ruling.words}" for ruling in Ruling)
        + "."
    )


def as_csv(content: Document) -> bytes:
    """Write the lines as CSV, safe for spreadsheets."""
    return to_csv(_COLUMNS, [_row(one) for one in content.lines])


def _row(one: Line) -> Sequence[object]:
    return (
        one.who.name,
        one.who.username,
        one.who.iss,
        "open" if one.active else "closed",
        one.access.system_role.value,
        "; ".join(held.words for held in one.access.review_roles),
        one.access.tokens,
        one.access.tokens_until,
        one.token_used_at,
        one.signed_in_at,
        one.ruling.value,
        one.word,
        one.by.name,
        one.at,
        one.own,
        one.carried_out,
    )
