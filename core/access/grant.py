"""Review roles that were given: to whom, how far, by whom and until when."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from core.access.person import ReviewRole
from core.access.scope import Scope
from core.store.columns import choice


class ReviewGrant(SQLModel, table=True):
    """One review role of one person. Revoking ends the row and keeps it, so that history can be asked."""

    __tablename__ = "review_grant"
    __table_args__ = (
        CheckConstraint("model_id IS NULL OR use_case_id IS NULL", name="ck_review_grant_one_reach"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="ck_review_grant_revoked"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: ReviewRole = Field(sa_type=choice(ReviewRole))
    model_id: int | None = None
    use_case_id: int | None = None
    granted_by: int | None = Field(default=None, foreign_key="person.id")
    granted_at: datetime
    revoked_by: int | None = Field(default=None, foreign_key="person.id")
    revoked_at: datetime | None = None

    @property
    def scope(self) -> Scope:
        """Return how far the grant reaches."""
        return Scope(model_id=self.model_id, use_case_id=self.use_case_id)
