"""Have enough of the right people agreed? One person never counts for two approval rules."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.access.person import ReviewRole
from core.policy.document import ApprovalRule


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's current approval with the review roles that person holds, at signing and still now."""

    person_id: int
    roles: frozenset[ReviewRole]


@dataclass(frozen=True, slots=True)
class Seat:
    """One approval rule and the people who fill it."""

    rule: ApprovalRule
    people: tuple[int, ...]

    @property
    def missing(self) -> int:
        """How many people are still wanted."""
        return self.rule.minimum - len(self.people)


@dataclass(frozen=True, slots=True)
class Quorum:
    """Who fills which rule; met only when every rule is filled and there is at least one."""

    seats: tuple[Seat, ...]

    @property
    def met(self) -> bool:
        """Whether enough of the right people agreed; without any rule nobody has agreed to anything."""
        return bool(self.seats) and all(seat.missing == 0 for seat in self.seats)

    @property
    def wanted(self) -> tuple[ReviewRole, ...]:
        """The roles that still have to sign, in the order of the rules."""
        return tuple(seat.rule.role for seat in self.seats if seat.missing)


def quorum(rules: Sequence[ApprovalRule], approvals: Collection[Approval]) -> Quorum:
    """Seat as many people as possible, each on one chair only (Kuhn's augmenting paths).

    Greedy seating would fail where one person could sit on either of two chairs and took the one that
    somebody else needed.

    Args:
        rules: what the policy asks for.
        approvals: current approvals, one for each person.

    Raises:
        ValueError: a person appears twice among the approvals.

    >>> risk, business = ReviewRole.RISK_REVIEWER, ReviewRole.BUSINESS_OWNER
    >>> both = Approval(1, frozenset({risk, business}))
    >>> quorum([ApprovalRule(role=risk), ApprovalRule(role=business)], [both]).met
    False
    """
    by_person = {approval.person_id: approval for approval in approvals}
    if len(by_person) != len(approvals):
        raise ValueError("One person agrees once.")
    chairs = [index for index, rule in enumerate(rules) for _ in range(rule.minimum)]
    seated: dict[int, int] = {}  # chair → person

    def seat(person: int, tried: set[int]) -> bool:
        for chair, rule in enumerate(chairs):
            if chair in tried or rules[rule].role not in by_person[person].roles:
                continue
            tried.add(chair)
            if chair not in seated or seat(seated[chair], tried):
                seated[chair] = person
                return True
        return False

    for person in sorted(by_person):  # Sorted, so that the same approvals always sit on the same chairs.
        seat(person, set())
    people: list[list[int]] = [[] for _ in rules]
    for chair, person in sorted(seated.items()):
        people[chairs[chair]].append(person)
    return Quorum(tuple(Seat(rule, tuple(who)) for rule, who in zip(rules, people, strict=True)))
