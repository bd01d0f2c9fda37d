"""Data as it was used: a data set, and its versions by fingerprint. Facts, never rewritten."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, UniqueConstraint
from sqlmodel import Field, SQLModel


class Dataset(SQLModel, table=True):
    """A body of data under one name."""

    __tablename__ = "dataset"
    __table_args__ = ({"info": {"immutable": True}},)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=64, unique=True)
    title: str = Field(max_length=160)
    description: str = Field(default="", max_length=2000)
    origin: str = Field(default="", max_length=500)
    licence: str = Field(default="", max_length=120)
    registered_by: int = Field(foreign_key="person.id")
    registered_at: datetime

    @property
    def key(self) -> int:
        """The id of a stored data set; ValueError when it was never stored."""
        if self.id is None:
            raise ValueError("This data set is not stored yet.")
        return self.id


class DatasetVersion(SQLModel, table=True):
    """The exact bytes that were used: `digest` is their fingerprint, `rows` how many records they hold."""

    __tablename__ = "dataset_version"
    __table_args__ = (
        UniqueConstraint("dataset_id", "version", name="uq_dataset_version_label"),
        {"info": {"immutable": True}},
    )

    id: int | None = Field(default=None, primary_key=True)
    dataset_id: int = Field(foreign_key="dataset.id")
    version: str = Field(max_length=64)
    digest: str = Field(max_length=71, index=True)
    rows: int | None = Field(default=None, sa_column=Column(BigInteger))
    covers_from: date | None = None
    covers_to: date | None = None
    uri: str = Field(default="", max_length=1000)
    note: str = Field(default="", max_length=500)
    registered_by: int = Field(foreign_key="person.id")
    registered_at: datetime
