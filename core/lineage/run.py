"""A piece of work that made something: a training run, a data preparation. A fact, never rewritten."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel


class Run(SQLModel, table=True):
    """One run. `ran_by` is the person whose work it was; that counts as a contribution to what came out of it."""

    __tablename__ = "run"
    __table_args__ = ({"info": {"immutable": True}},)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=64, unique=True)
    title: str = Field(max_length=160)
    code_ref: str = Field(default="", max_length=500)
    environment_ref: str = Field(default="", max_length=500)
    parameters: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ran_by: int = Field(foreign_key="person.id", index=True)
    recorded_at: datetime
