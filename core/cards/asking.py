"""How a field is asked for: its label, the reason, the hint, and the stage from which it must be filled."""

from dataclasses import dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.fields import FieldInfo

from core.digest import EXACT

Line = Annotated[str, StringConstraints(max_length=500)]
"""Text of one line."""
Prose = Annotated[str, StringConstraints(max_length=20_000)]
"""Markdown, several paragraphs if need be."""


class Due(StrEnum):
    """From when on a field has to be filled. Letters as in the published schema."""

    REGISTER = "D"
    STAGING = "S"
    PRODUCTION = "P"
    HIGH = "H"
    RETIRE = "R"

    @property
    def words(self) -> str:
        """When it is needed, as read after "needed"."""
        return {
            Due.REGISTER: "from registration on",
            Due.STAGING: "for staging",
            Due.PRODUCTION: "for production",
            Due.HIGH: "for production at high materiality",
            Due.RETIRE: "to retire the version",
        }[self]


class Condition(StrEnum):
    """What must hold for a field to be needed at all."""

    PERSONS_AFFECTED = "persons_affected"

    @property
    def words(self) -> str:
        """The condition, as read after "needed"."""
        return "because people are affected"


class Writer(StrEnum):
    """Whose field it is. The business owner's own words do not make them a developer of the version."""

    DEVELOPER = "developer"
    BUSINESS = "business"


class Kind(StrEnum):
    """The shape of an answer; an editor picks its control by it."""

    LINE = "line"
    PROSE = "prose"
    CHOICE = "choice"
    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"
    LINES = "lines"
    PARAGRAPHS = "paragraphs"
    NUMBERS = "numbers"
    RECORD = "record"
    RECORDS = "records"
    PAIRS = "pairs"


@dataclass(frozen=True, slots=True)
class Ask:
    """What stands beside a field's type.

    Args:
        label: the question in two or three words.
        why: why it is asked, as one sentence that a newcomer understands.
        hint: an example of a good answer; longer text that repeats it unchanged counts as unfilled.
        due: the first stage that needs it; None when it is welcome and never required.
        when: a condition without which it is not required.
        prose: longer text; shorter than 20 characters does not count as an answer.
        always: may not be set aside as "not applicable".
        computed: filled from the records at every save, never typed.
        essential: within a row, the part without which the row says nothing.
        writer: whose field it is.
    """

    label: str
    why: str = ""
    hint: str = ""
    due: Due | None = None
    when: Condition | None = None
    prose: bool = False
    always: bool = False
    computed: bool = False
    essential: bool = False
    writer: Writer = Writer.DEVELOPER


Count = Annotated[int, Field(ge=0, le=EXACT)]
"""How many; no more than every program reads as the same number."""


class Part(BaseModel):
    """A piece of a card: strict, no unknown keys, no NaN, no infinity; what is not answered yet is absent."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, protected_namespaces=(), frozen=True)


def ask_of(name: str, info: FieldInfo) -> Ask:
    """Find the `Ask` beside a field's type; a field without one is asked for by its name."""
    found = next((mark for mark in info.metadata if isinstance(mark, Ask)), None)
    return found or Ask(name.replace("_", " ").capitalize())


def bare(annotation: Any) -> Any:
    """Strip `None` and `Annotated` from a type, keeping what an answer really is.

    >>> bare(Annotated[str, "mark"] | None)
    <class 'str'>
    """
    if get_origin(annotation) is Annotated:
        return bare(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType}:
        (only,) = [arm for arm in get_args(annotation) if arm is not NoneType]
        return bare(only)
    return annotation
