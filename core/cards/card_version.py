"""One saved state of a card. Every save is a new row; none is ever altered."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel, UniqueConstraint

from core.errors import ConflictError


class CardVersion(SQLModel, table=True):
    """What the card of a model version said from one moment on.

    Attributes:
        number: counts the saves of this model version's card from 1.
        content: the checked card, see `core.cards.schema`.
        digest: fingerprint of `content`; the same words have the same one, whoever saved them and when.
        author_id: who saved it.
        message: why, in the author's words.
        message_sha256: the commitment by which the log quotes them; None on rows from before it was kept.
        changed: paths of the fields that differ from the save before.
        confirmed: sections the author read again and left as they were; they count as fresh from here.
    """

    __tablename__ = "card_version"
    __table_args__ = (
        UniqueConstraint("version_id", "number", name="uq_card_version_number"),
        # Words may be erased; the log keeps their commitment.
        {"info": {"immutable": True, "except": ("message",), "words": {"message": "message_sha256"}}},
    )

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="model_version.id")
    number: int
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    digest: str = Field(max_length=71, index=True)
    author_id: int = Field(foreign_key="person.id")
    at: datetime
    message: str = Field(default="", max_length=500)
    message_sha256: str | None = Field(default=None, max_length=64)
    changed: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    confirmed: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))

    @property
    def key(self) -> int:
        """The id of a stored card; ValueError when it was never stored."""
        if self.id is None:
            raise ValueError("This card is not stored yet.")
        return self.id


class CardConflictError(ConflictError):
    """Somebody saved the card in the meantime. Nothing was overwritten; `newer` is what stands there now."""

    def __init__(self, newer: CardVersion) -> None:
        super().__init__(
            f"Somebody saved this card while you were writing; it now stands at save {newer.number}.",
            "Your text is still here. Compare it with the newer one, then save on top of that.",
        )
        self.newer = newer
