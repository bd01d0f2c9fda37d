"""What named people declare about duties. Nothing is altered: the newest declaration about a duty holds."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Index, SQLModel

from core.store.columns import choice


class Declared(StrEnum):
    """What is declared about a duty."""

    MET = "met"
    NOT_APPLICABLE = "not_applicable"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        """The declaration as people read it."""
        return {"met": "attested", "not_applicable": "set aside as not applicable", "withdrawn": "taken back"}[
            self.value
        ]


class Declaration(SQLModel, table=True):
    """One person's declaration about one duty for one version.

    Attributes:
        catalogue: id of the catalogue.
        control: id of the duty inside it.
        declared: what is declared.
        statement: in that person's words: what was looked at, or why the duty does not apply.
        statement_sha256: the commitment by which the log quotes them; None on rows from before it was kept.
    """

    __tablename__ = "control_declaration"
    __table_args__ = (
        Index("ix_control_declaration_version", "version_id", "catalogue"),
        # Words may be erased; the log keeps their commitment.
        {"info": {"immutable": True, "except": ("statement",), "words": {"statement": "statement_sha256"}}},
    )

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="model_version.id")
    catalogue: str = Field(max_length=60)
    control: str = Field(max_length=20)
    declared: Declared = Field(sa_type=choice(Declared))
    statement: str = Field(max_length=2000)
    statement_sha256: str | None = Field(default=None, max_length=64)
    person_id: int = Field(foreign_key="person.id")
    at: datetime
