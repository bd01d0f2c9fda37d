"""Models as they are sent and shown."""

from typing import TYPE_CHECKING, Annotated

from pydantic import ConfigDict, Field

from app.shapes.shape import Moment, Sent, Shown, Slug
from core.registry.materiality import Exposure, Purpose, RegulatoryClass, RiskTier

if TYPE_CHECKING:
    from core.registry.listing import ModelFacts

AnExposure = Annotated[Exposure, Field(strict=False)]
APurpose = Annotated[Purpose, Field(strict=False)]
ARegulatoryClass = Annotated[RegulatoryClass, Field(strict=False)]
Tag = Annotated[str, Field(max_length=64, examples=["credit"])]


class NewModel(Sent):
    """A model to register."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "slug": "mortgage-approval",
                    "name": "Mortgage approval",
                    "use_case": "home-lending",
                    "exposure": "moderate",
                    "purpose": "rights",
                    "description": "Says which applications are approved without a second look.",
                    "tags": ["credit"],
                }
            ]
        }
    )

    slug: Slug
    """Its name in addresses; it stays."""

    name: str = Field(min_length=1, max_length=120)
    """Its name for people."""

    use_case: Slug
    """The use case that it serves, by its slug."""

    exposure: AnExposure
    """How many decisions, or how much money, it touches; with `purpose` it decides the materiality."""

    purpose: APurpose
    """What its answer is used for."""

    regulatory_class: ARegulatoryClass = RegulatoryClass.UNDECIDED
    """What a regulator calls the use."""

    description: str = Field(default="", max_length=2000)
    """A few sentences."""

    tags: list[Tag] = Field(default_factory=list, max_length=20)
    """Short words to find it by."""

    next_review_at: Moment | None = None
    """When it is looked at again."""

    owner: str | None = Field(default=None, max_length=254, examples=["scientist"])
    """User name of who answers for it; the caller when it is left out."""

    tier: Annotated[RiskTier | None, Field(strict=False)] = None
    """Materiality stated outright, instead of the one that follows from exposure and purpose; needs `tier_reason`."""

    tier_reason: str = Field(default="", max_length=500)
    """Why the materiality is stated outright."""


class ModelChange(Sent):
    """A change to a model: what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"description": "Now with a second look at appeals."}]})

    name: str | None = Field(default=None, min_length=1, max_length=120)
    """Its name for people."""

    description: str | None = Field(default=None, max_length=2000)
    """A few sentences."""

    tags: list[Tag] | None = Field(default=None, max_length=20)
    """Short words to find it by; replaces the ones it has."""

    next_review_at: Moment | None = None
    """When it is looked at again."""

    exposure: Annotated[Exposure | None, Field(strict=False)] = None
    """How much it touches; judged anew, with `reason`, by a risk reviewer."""

    purpose: Annotated[Purpose | None, Field(strict=False)] = None
    """What its answer is used for; judged anew, with `reason`, by a risk reviewer."""

    owner: str | None = Field(default=None, min_length=1, max_length=254, examples=["scientist"])
    """User name of who answers for it."""

    regulatory_class: Annotated[RegulatoryClass | None, Field(strict=False)] = None
    """What a regulator calls the use; judged anew, with `reason`, by a risk reviewer."""

    reason: str = Field(default="", max_length=300)
    """Why exposure, purpose or regulatory class is judged anew."""


class Model(Shown):
    """A registered model."""

    slug: str = Field(examples=["mortgage-approval"])
    """Its name in addresses."""

    name: str = Field(examples=["Mortgage approval"])
    """Its name for people."""

    use_case: str = Field(examples=["home-lending"])
    """Slug of the use case that it serves."""

    owner: str = Field(examples=["Data scientist"])
    """Name of who answers for it."""

    owner_username: str = Field(examples=["scientist"])
    """The user name of the same, as it is sent."""

    exposure: Exposure
    """How much it touches."""

    purpose: Purpose
    """What its answer is used for."""

    materiality: RiskTier
    """How much depends on it; decides which policy governs it."""

    materiality_reason: str = Field(examples=["It decides about somebody's rights, health or livelihood."])
    """Why."""

    regulatory_class: RegulatoryClass
    """What a regulator calls the use."""

    description: str
    """A few sentences."""

    tags: list[str]
    """Short words to find it by."""

    next_review_at: Moment | None
    """When it is looked at again."""

    champion: int | None = Field(examples=[4])
    """Number of the version in charge; null before its first promotion to production."""

    newest: int | None = Field(examples=[4])
    """Its highest version number; null while it has no version."""

    created_at: Moment
    """When it was registered."""

    @classmethod
    def of(cls, facts: "ModelFacts") -> "Model":
        """Show what is stored."""
        return cls(
            slug=facts.slug,
            name=facts.name,
            use_case=facts.use_case,
            owner=facts.owner,
            owner_username=facts.owner_username,
            exposure=facts.exposure,
            purpose=facts.purpose,
            materiality=facts.materiality,
            materiality_reason=facts.materiality_reason,
            regulatory_class=facts.regulatory_class,
            description=facts.description,
            tags=facts.tags,
            next_review_at=facts.next_review_at,
            champion=facts.champion,
            newest=facts.newest,
            created_at=facts.created_at,
        )
