"""The six people of the demo, one per role, whose passwords stand on their cards."""

from dataclasses import dataclass
from typing import Final

from core.access.person import ReviewRole, SystemRole


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody in the demo.

    Attributes:
        username: what to sign in with.
        name: the name shown; a job, not an invented person.
        system_role: what they may reach.
        review_roles: in which capacities they sign.
        purpose: why one would be this person for a while.
    """

    username: str
    name: str
    system_role: SystemRole
    review_roles: tuple[ReviewRole, ...]
    purpose: str

    @property
    def password(self) -> str:
        """Return the password that is printed on the card; it guards nothing."""
        return f"demo-{self.username}-2026"


PERSONAS: Final = (
    Persona(
        "scientist",
        "Data scientist",
        SystemRole.CONTRIBUTOR,
        (ReviewRole.MODEL_OWNER,),
        "Register a version, upload its results, ask for a promotion.",
    ),
    Persona(
        "engineer",
        "ML engineer",
        SystemRole.CONTRIBUTOR,
        (ReviewRole.TECHNICAL_REVIEWER,),
        "Check that it can be rebuilt and run; roll it back.",
    ),
    Persona(
        "validator",
        "Independent validator",
        SystemRole.VIEWER,
        (ReviewRole.RISK_REVIEWER,),
        "Test the evidence, raise findings, sign or block.",
    ),
    Persona(
        "business",
        "Business owner",
        SystemRole.VIEWER,
        (ReviewRole.BUSINESS_OWNER,),
        "Weigh purpose and harm in plain words; approve the use.",
    ),
    Persona("admin", "Administrator", SystemRole.ADMIN, (), "Manage people and policies; never sign."),
    Persona("auditor", "Auditor", SystemRole.AUDITOR, (), "Ask what ran, who agreed, on what; take the proof away."),
)
"""One card each on the sign-in page of a demo."""
