"""Use cases as they are sent and shown."""

from typing import TYPE_CHECKING

from pydantic import ConfigDict, Field

from app.shapes.shape import Moment, Sent, Shown, Slug

if TYPE_CHECKING:
    from core.registry.use_case import UseCase as Stored


class NewUseCase(Sent):
    """A use case to register."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"slug": "home-lending", "name": "Home lending", "purpose": "Decide about mortgages."}]
        }
    )

    slug: Slug
    """Its name in addresses; it stays."""

    name: str = Field(min_length=1, max_length=120)
    """Its name for people."""

    purpose: str = Field(min_length=1, max_length=2000)
    """What the business wants done, in words anyone reads."""


class UseCase(Shown):
    """A registered use case."""

    slug: str = Field(examples=["home-lending"])
    """Its name in addresses."""

    name: str = Field(examples=["Home lending"])
    """Its name for people."""

    purpose: str = Field(examples=["Decide about mortgages."])
    """What the business wants done."""

    created_at: Moment
    """When it was registered."""

    @classmethod
    def of(cls, stored: "Stored") -> "UseCase":
        """Show what is stored."""
        return cls(slug=stored.slug, name=stored.name, purpose=stored.purpose, created_at=stored.created_at)
