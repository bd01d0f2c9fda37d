"""Where a version stands in its life, the names that point at it, and the history of both."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from core.store.columns import choice


class Stage(StrEnum):
    """Lifecycle position of a version. `production` means approved for production."""

    DEVELOPMENT = "development"
    STAGING = "staging"
    PRODUCTION = "production"
    ARCHIVED = "archived"

    @property
    def words(self) -> str:
        """What a person reads first."""
        return _STAGE_WORDS[self]


_STAGE_WORDS = {
    Stage.DEVELOPMENT: "In development",
    Stage.STAGING: "In staging",
    Stage.PRODUCTION: "In production",
    Stage.ARCHIVED: "Archived",
}


class Alias(StrEnum):
    """A name that points at one version of a model; champion moves only with an applied request."""

    CHAMPION = "champion"
    CHALLENGER = "challenger"

    @property
    def words(self) -> str:
        """What a person reads first."""
        return self.value.capitalize()


class StagePlacement(SQLModel, table=True):
    """That a version was put into a stage at a moment; the history from which any past day is answered."""

    __tablename__ = "stage_placement"
    __table_args__ = ({"info": {"immutable": True}},)

    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="registered_model.id", index=True)
    version_id: int = Field(foreign_key="model_version.id", index=True)
    stage: Stage = Field(sa_type=choice(Stage))
    at: datetime = Field(index=True)
    request: str | None = Field(default=None, max_length=20)


class AliasMove(SQLModel, table=True):
    """That an alias was pointed at a version, or taken away, at a moment."""

    __tablename__ = "alias_move"
    __table_args__ = ({"info": {"immutable": True}},)

    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="registered_model.id", index=True)
    alias: Alias = Field(sa_type=choice(Alias))
    version_id: int | None = Field(default=None, foreign_key="model_version.id")
    at: datetime
    request: str | None = Field(default=None, max_length=20)


class ModelAlias(SQLModel, table=True):
    """Where an alias points now; always the newest move of it."""

    __tablename__ = "model_alias"

    model_id: int = Field(foreign_key="registered_model.id", primary_key=True)
    alias: Alias = Field(sa_type=choice(Alias), primary_key=True)
    version_id: int | None = Field(default=None, foreign_key="model_version.id")
