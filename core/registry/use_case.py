"""The business context that models serve."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class UseCase(SQLModel, table=True):
    """What the business wants done, by whom it is owned, in words anyone reads."""

    __tablename__ = "use_case"

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=64, unique=True)
    name: str = Field(max_length=120)
    purpose: str = Field(max_length=2000)
    owner_id: int = Field(foreign_key="person.id")
    created_by: int = Field(foreign_key="person.id")
    created_at: datetime

    @property
    def key(self) -> int:
        """The id of a stored use case; ValueError when it was never stored."""
        if self.id is None:
            raise ValueError("This use case is not stored yet.")
        return self.id
