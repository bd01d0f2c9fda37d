"""Model cards, as they come in and as they leave."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from app.shapes.shape import Sent, Shown
from core.cards.section import Section


class CardChange(Sent):
    """A whole card to be saved as the next state. Recorded facts and figures are filled in anew on the way."""

    content: dict[str, Any] = Field(
        examples=[{"model_details": {"summary": "Suggests whether a mortgage application should be approved."}}]
    )
    """The card by sections; see the schema of model cards."""

    message: str = Field(default="", max_length=500, examples=["The limits of the survey are named."])
    """Why, in a sentence."""

    confirmed: list[Annotated[Section, Field(strict=False)]] = Field(default_factory=list)
    """Sections that were read again and left as they are."""


class CardSave(Shown):
    """Which save of the card this is."""

    number: int = Field(examples=[7])
    """Counts the saves of this card from 1."""

    digest: str
    """Fingerprint of the content."""

    saved_at: datetime
    saved_by: str | None
    """Display name of who saved it."""


class CardLogLine(Shown):
    """One save of the change log."""

    number: int
    at: datetime
    by: str
    why: str
    changed: list[str]
    """Fields that differ from the save before."""


class Card(Shown):
    """The newest card of a version, with what is recorded about the version and never stored in a card."""

    form: str = Field(alias="schema", examples=["signoff/model-card/1"])
    """The form of this document."""

    model: str = Field(examples=["mortgage-approval"])
    """The model's name in addresses."""

    version: int = Field(examples=[4])
    """The number of its version."""

    card: CardSave
    content: dict[str, Any]
    """The card by sections; what is not answered is absent."""

    change_log: list[CardLogLine]
    """Its saves, newest first."""

    approvals: list[dict[str, Any]]
    """Every decision about the version."""

    exceptions: list[dict[str, Any]]
    """Every check that was accepted though it was not met."""

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Card":
        """Show a composed document."""
        return cls.model_validate(document)
