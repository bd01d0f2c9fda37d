"""What the demo governs: use cases, models, and the versions that were trained for them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import seed_data
from core import digest
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose, RegulatoryClass
from core.registry.model import RegisteredModel
from core.registry.version import ModelVersion, Task
from core.store.transaction import Transaction
from seed_data.linear import SEED, Fitted, environment

USE_CASES = (
    ("home-lending", "Home lending", "Decide about applications for a mortgage, soundly and without prejudice."),
    ("ground-operations", "Ground operations", "Staff the transfer desks of three airports a day ahead."),
    ("teaching", "Teaching laboratory", "Show students how models are measured and governed."),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A model line of the demo: what is said when it is registered, and what kind of answer it gives."""

    said: ModelDescription
    task: Task


LINES = {
    line.said.slug: line
    for line in (
        Line(
            ModelDescription(
                slug="mortgage-approval",
                name="Mortgage approval",
                use_case="home-lending",
                exposure=Exposure.MODERATE,
                purpose=Purpose.RIGHTS,
                regulatory_class=RegulatoryClass.HIGH_RISK,
                description=(
                    "Suggests whether a mortgage application should be approved. Trained on 994 applications of the "
                    "Boston Fed study of 1990; the label is what people decided then, not who repaid."
                ),
                tags=("credit", "people"),
            ),
            Task.BINARY,
        ),
        Line(
            ModelDescription(
                slug="flight-delay",
                name="Flight delay",
                use_case="ground-operations",
                exposure=Exposure.MODERATE,
                purpose=Purpose.SUPPORT,
                regulatory_class=RegulatoryClass.NONE,
                description=(
                    "Says how likely a flight from New York is to arrive more than 15 minutes late, from what is known "
                    "the day before. Trained on January and February 2013."
                ),
                tags=("operations", "forecast"),
            ),
            Task.BINARY,
        ),
        Line(
            ModelDescription(
                slug="digit-reader",
                name="Digit reader",
                use_case="teaching",
                exposure=Exposure.LIMITED,
                purpose=Purpose.SUPPORT,
                regulatory_class=RegulatoryClass.NONE,
                description="Reads one handwritten digit from a picture of 8 x 8 pixels.",
                tags=("teaching", "images"),
            ),
            Task.MULTICLASS,
        ),
        Line(
            ModelDescription(
                slug="tumour-screening",
                name="Tumour screening",
                use_case="teaching",
                exposure=Exposure.LIMITED,
                purpose=Purpose.INFORMATION,
                regulatory_class=RegulatoryClass.UNDECIDED,
                description="Teaching data of 569 tumours. No clinical use.",
                tags=("teaching",),
            ),
            Task.BINARY,
        ),
    )
}


def register_use_cases(tx: Transaction, owner_id: int) -> None:
    """Register the business contexts."""
    for slug, name, purpose in USE_CASES:
        register_use_case(tx, slug=slug, name=name, purpose=purpose, owner_id=owner_id)


def register_line(tx: Transaction, slug: str) -> RegisteredModel:
    """Register a model line; it is looked at again a year later."""
    return register_model(tx, replace(LINES[slug].said, next_review_at=tx.now + timedelta(days=365)))


def register_fitted(tx: Transaction, slug: str, fitted: Fitted, data: Sequence[str]) -> ModelVersion:
    """Register a trained version with its artifact and everything that is needed to train it again."""
    sha = digest.of_bytes(fitted.artifact)
    tx.keep(fitted.artifact, "application/json")
    return register_version(
        tx,
        slug,
        Build(
            task=LINES[slug].task,
            artifact_uri=f"demo/{slug}/{digest.short(sha)[:8]}.json",
            artifact_sha256=sha,
            artifact_size=len(fitted.artifact),
            artifact_format="json",
            code_ref=f"signoff {seed_data.RELEASE}, seed_data",
            data_digests=data,
            environment_ref=environment(),
            seed=SEED,
            change_note=fitted.recipe.note,
        ),
    )
