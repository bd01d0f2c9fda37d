"""A model line: what all its versions share."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from core.access.scope import Scope
from core.registry.materiality import Exposure, Purpose, RegulatoryClass, RiskTier
from core.store.columns import choice


class RegisteredModel(SQLModel, table=True):
    """A model line with its owner and its materiality."""

    __tablename__ = "registered_model"
    __table_args__ = ({"info": {"searched": {"name": "lower(name)", "slug": "slug", "tags": "CAST(tags AS VARCHAR)"}}},)

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=64, unique=True)
    name: str = Field(max_length=120, index=True)
    description: str = Field(default="", max_length=2000)
    use_case_id: int = Field(foreign_key="use_case.id", index=True)
    owner_id: int = Field(foreign_key="person.id", index=True)
    exposure: Exposure = Field(sa_type=choice(Exposure))
    purpose: Purpose = Field(sa_type=choice(Purpose))
    materiality: RiskTier = Field(sa_type=choice(RiskTier), index=True)
    materiality_reason: str = Field(max_length=500)
    regulatory_class: RegulatoryClass = Field(sa_type=choice(RegulatoryClass))
    tags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    next_review_at: datetime | None = Field(default=None, index=True)
    created_by: int = Field(foreign_key="person.id")
    created_at: datetime

    @property
    def key(self) -> int:
        """The id of a stored model; ValueError when it was never stored."""
        if self.id is None:
            raise ValueError("This model is not stored yet.")
        return self.id

    @property
    def scope(self) -> Scope:
        """Where permissions for this model are asked."""
        return Scope(model_id=self.id, use_case_id=self.use_case_id)
