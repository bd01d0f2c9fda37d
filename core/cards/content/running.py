"""How it is built, what it uses up, how it is run and governed, and how it ends."""

import datetime  # as a module, because a card has a field called `date`
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from core.cards.asking import Ask, Condition, Due, Line, Part, Prose, Writer
from core.cards.content.purpose import Many


class Input(Part):
    """One input of the model."""

    name: Annotated[Line, Ask("Name", essential=True)]
    type: Annotated[Line | None, Ask("Type", essential=True)] = None
    range: Annotated[Line | None, Ask("Range", "Outside of it nothing was tested.")] = None


class Output(Part):
    """One output of the model."""

    name: Annotated[Line, Ask("Name", essential=True)]
    type: Annotated[Line | None, Ask("Type", essential=True)] = None
    meaning: Annotated[Line | None, Ask("Meaning", essential=True)] = None


class TechnicalSpecification(Part):
    """What somebody needs to rebuild it, run it and connect to it."""

    architecture: Annotated[
        Line | None,
        Ask(
            "Architecture",
            "How the parts fit together.",
            "300 trees of depth 4 after one-hot encoding",
            due=Due.STAGING,
        ),
    ] = None
    design_choices: Annotated[
        Prose | None, Ask("Choices and reasons", "What was decided, what was assumed, what it aims at.", prose=True)
    ] = None
    framework: Annotated[
        Line | None, Ask("Framework", "Decides which known faults concern it.", "scikit-learn 1.7.2", due=Due.STAGING)
    ] = None
    inputs: Annotated[
        list[Input] | None,
        Field(max_length=1_000),
        Ask("Inputs", "Operators check these before trusting a result.", due=Due.STAGING),
    ] = None
    outputs: Annotated[
        list[Output] | None,
        Many,
        Ask("Outputs", "A score that is read as a probability and is none misleads.", due=Due.STAGING),
    ] = None
    hyperparameters: Annotated[
        dict[Line, Line] | None,
        Field(max_length=500),
        Ask("Settings", "Without them nobody can build it again.", due=Due.STAGING),
    ] = None
    environment: Annotated[
        Line | None,
        Ask("Environment", "The lock file or image it was built in.", due=Due.STAGING, computed=True),
    ] = None
    hardware: Annotated[
        Line | None,
        Ask("Hardware", "What it was built on and is meant to run on.", "4 cores, 8 GB, no GPU", due=Due.STAGING),
    ] = None
    code_ref: Annotated[Line | None, Ask("Code", "The commit it was built from.", due=Due.STAGING, computed=True)] = (
        None
    )
    seed: Annotated[Line | None, Ask("Seed", "Chance, made repeatable.", due=Due.STAGING, computed=True)] = None
    interacts_with: Annotated[
        list[Line] | None, Many, Ask("Works with", "Systems that feed it or act on its results.")
    ] = None


class Activity(StrEnum):
    """What energy was used for; the names of CycloneDX."""

    DESIGN = "design"
    DATA_COLLECTION = "data-collection"
    DATA_PREPARATION = "data-preparation"
    TRAINING = "training"
    FINE_TUNING = "fine-tuning"
    VALIDATION = "validation"
    DEPLOYMENT = "deployment"
    INFERENCE = "inference"
    OTHER = "other"

    @property
    def words(self) -> str:
        """The activity as people read it."""
        return self.value.replace("-", " ")


class Energy(Part):
    """Energy and emissions of one activity."""

    activity: Annotated[Activity, Ask("Activity", essential=True)]
    energy_kwh: Annotated[float | None, Field(ge=0), Ask("Energy in kWh", essential=True)] = None
    co2_kg: Annotated[float | None, Field(ge=0), Ask("CO2 in kg")] = None
    method: Annotated[Line | None, Ask("Measured or estimated how", essential=True)] = None
    hardware: Annotated[Line | None, Ask("Hardware")] = None
    hours: Annotated[float | None, Field(ge=0), Ask("Hours")] = None
    region: Annotated[Line | None, Ask("Region")] = None


class EnvironmentalImpact(Part):
    """Energy and emissions."""

    activities: Annotated[
        list[Energy] | None,
        Many,
        Ask(
            "Activities",
            "Compute has a cost that the invoice does not show; an estimate with its method will do.",
            due=Due.HIGH,
        ),
    ] = None


class Watch(Part):
    """One thing that is watched in use."""

    metric: Annotated[Line, Ask("What", essential=True)]
    reference: Annotated[Line | None, Ask("Against", "The data or period it is held against.", essential=True)] = None
    period: Annotated[Line | None, Ask("How often", essential=True)] = None
    limit: Annotated[Line | None, Ask("Limit", essential=True)] = None
    owner: Annotated[Line | None, Ask("Who acts", essential=True)] = None


class Oversight(Part):
    """The people who watch over its decisions, and what they can do."""

    who: Annotated[Line | None, Ask("Who", essential=True)] = None
    override: Annotated[Prose | None, Ask("How they decide otherwise", prose=True, essential=True)] = None
    stop: Annotated[Prose | None, Ask("How they stop it", prose=True, essential=True)] = None
    contest: Annotated[
        Prose | None, Ask("How a person objects", "Somebody affected by a decision.", prose=True, essential=True)
    ] = None


class Operations(Part):
    """How it is run, watched, mended and stopped."""

    deployment_form: Annotated[
        Line | None,
        Ask("Form", "Package, service, batch: decides who can change it.", "Nightly batch", due=Due.PRODUCTION),
    ] = None
    monitoring: Annotated[
        list[Watch] | None,
        Many,
        Ask("What is watched", "A limit without a name behind it is watched by nobody.", due=Due.PRODUCTION),
    ] = None
    oversight: Annotated[
        Oversight | None,
        Ask(
            "People in control",
            "Somebody must be able to decide otherwise, to stop it and to hear objections.",
            due=Due.HIGH,
            when=Condition.PERSONS_AFFECTED,
        ),
    ] = None
    retraining: Annotated[
        Prose | None,
        Ask(
            "When it is retrained",
            "Data age; say what triggers a new version and who asks for it.",
            "Once a year, and when observed over expected leaves 0.8 to 1.25 for two windows.",
            due=Due.PRODUCTION,
            prose=True,
        ),
    ] = None
    rollback: Annotated[
        Prose | None,
        Ask(
            "The way back",
            "In trouble nobody has time to look it up: which version, how, last practised when.",
            "Version 3 stays deployable; switching took 4 minutes in the drill of 2 September.",
            due=Due.PRODUCTION,
            prose=True,
        ),
    ] = None
    lifetime: Annotated[
        Line | None,
        Ask(
            "Expected lifetime", "Until when it may be used without a new look.", "Until June 2027", due=Due.PRODUCTION
        ),
    ] = None
    maintenance_interval: Annotated[
        Line | None, Ask("Looked after every", "How often somebody checks it.", "Four weeks", due=Due.PRODUCTION)
    ] = None
    runbook: Annotated[
        Line | None, Ask("Runbook", "Where the person on call reads what to do.", due=Due.PRODUCTION)
    ] = None
    cost_limit: Annotated[
        Line | None,
        Ask("Cost limit", "From where on it is no longer worth it.", "400 euros a month", due=Due.PRODUCTION),
    ] = None


class Governance(Part):
    """What it is subject to. Approvals and exceptions are shown here from the records and never stored in the card."""

    risk_tier: Annotated[
        Line | None,
        Ask(
            "Materiality",
            "Decides how much has to be shown.",
            due=Due.PRODUCTION,
            always=True,
            computed=True,
            writer=Writer.BUSINESS,
        ),
    ] = None
    risk_reason: Annotated[
        Prose | None,
        Ask("Reason", "From exposure and purpose.", due=Due.PRODUCTION, computed=True, writer=Writer.BUSINESS),
    ] = None
    regulatory_class: Annotated[
        list[Line] | None,
        Many,
        Ask(
            "Regulatory class",
            "What the law calls a system of this kind.",
            due=Due.PRODUCTION,
            computed=True,
            writer=Writer.BUSINESS,
        ),
    ] = None
    applicable_frameworks: Annotated[
        list[Line] | None,
        Many,
        Ask(
            "Rules that apply",
            "Laws, standards and house rules.",
            "EU AI Act",
            due=Due.PRODUCTION,
            writer=Writer.BUSINESS,
        ),
    ] = None
    next_review_at: Annotated[
        datetime.date | None,
        Ask(
            "Next review",
            "A model that nobody looks at again goes bad unseen.",
            due=Due.PRODUCTION,
            computed=True,
            writer=Writer.BUSINESS,
        ),
    ] = None
    standards: Annotated[
        list[Line] | None, Many, Ask("Standards followed", "Or what was done instead.", writer=Writer.BUSINESS)
    ] = None
    conformity_declaration: Annotated[
        Line | None, Ask("Declaration of conformity", "Where the signed document is kept.", writer=Writer.BUSINESS)
    ] = None
    eu_database_id: Annotated[
        Line | None, Ask("EU database entry", "For systems that have to be registered there.", writer=Writer.BUSINESS)
    ] = None


class Retirement(Part):
    """How the version ends."""

    reason: Annotated[
        Prose | None, Ask("Reason", "Why it is taken out of use.", due=Due.RETIRE, prose=True, always=True)
    ] = None
    date: Annotated[
        datetime.date | None, Ask("Date", "From when on it answers nobody.", due=Due.RETIRE, always=True)
    ] = None
    replacement: Annotated[Line | None, Ask("Replacement", "What does its work from then on.", due=Due.RETIRE)] = None
    handling: Annotated[
        Prose | None,
        Ask(
            "Data and artifact",
            "What is kept, for how long, and what is erased.",
            due=Due.RETIRE,
            prose=True,
            always=True,
        ),
    ] = None
