"""Catalogues of duties as data. They are read once, strictly, and name only fields and records that exist."""

from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from core.cards.schema import STANDARD
from core.compliance.proof import ProofKind

ANNEX_IV = "eu_ai_act_annex_iv"

Short = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=400)]


class Automation(StrEnum):
    """Who decides whether a duty is met."""

    AUTOMATIC = "automatic"
    PARTIAL = "partial"
    MANUAL = "manual"

    @property
    def words(self) -> str:
        """Who decides, as people read it."""
        return {"automatic": "records decide", "partial": "records show, people judge", "manual": "people judge"}[
            self.value
        ]


class Reach(StrEnum):
    """The most that records here can show about a duty."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"

    @property
    def words(self) -> str:
        """The reach, as people read it."""
        return {"full": "in full", "partial": "in part", "none": "not by records; a person attests it"}[self.value]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AppliesFrom(_Strict):
    """From when on a duty applies to whom. Dates move, so they are data, and each says how sure it is."""

    scope: Sentence
    original: date
    current: date
    status: Sentence


class Control(_Strict):
    """One duty, and what would show that it is met.

    Attributes:
        id: its short name inside the catalogue.
        group: the heading it stands under.
        title: its name.
        asks: what it asks for, in our words.
        card: fields of the model card that have to be answered.
        records: kinds of records that have to be there.
        automation: who decides.
        coverage: the most that records can show.
        beyond: what no record here can show.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}[a-z]?$")]
    group: Short
    title: Short
    asks: Sentence
    card: tuple[str, ...] = ()
    records: tuple[ProofKind, ...] = ()
    automation: Automation
    coverage: Reach
    beyond: Sentence | None = None

    @field_validator("card")
    @classmethod
    def _known_fields(cls, paths: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [path for path in paths if path not in STANDARD.by_path]:
            raise ValueError(f"the card has no field {unknown}")
        return paths


class Catalogue(_Strict):
    """A set of duties with its source and its dates."""

    id: Short
    title: Short
    subtitle: Short
    label: Short
    publisher: Short
    source: Short
    source_url: Short
    version: Short
    applies_from: tuple[AppliesFrom, ...]
    controls: Annotated[tuple[Control, ...], Field(min_length=1)]

    @field_validator("controls")
    @classmethod
    def _unique(cls, controls: tuple[Control, ...]) -> tuple[Control, ...]:
        ids = [control.id for control in controls]
        if len(set(ids)) != len(ids):
            raise ValueError("two controls share an id")
        return controls

    def control(self, control_id: str) -> Control | None:
        """Find a duty by its id; None when the catalogue has none."""
        return next((control for control in self.controls if control.id == control_id), None)


@cache
def load(name: str = ANNEX_IV) -> Catalogue:
    """Read a bundled catalogue.

    Raises:
        FileNotFoundError: there is none of this name.
        ValidationError: the file names a field or record that does not exist, or lacks something.
    """
    text = (files("core.compliance") / "catalogues" / f"{name}.yaml").read_text("utf-8")
    return Catalogue.model_validate(yaml.safe_load(text))
