"""What is answered when something cannot be done: RFC 9457, with the half that clears it."""

from pydantic import Field

from app.shapes.shape import Shown


class Wrong(Shown):
    """One field that does not fit."""

    where: str = Field(examples=["body.exposure", "query.limit"])
    """Where it stands: `body`, `query` or `path`, then the names down to it."""

    problem: str = Field(examples=["Input should be 'limited', 'moderate' or 'broad'."])
    """What is wrong with it."""


class Problem(Shown):
    """A refusal: what is wrong, and what clears it. Media type `application/problem+json`."""

    type: str = Field(examples=["urn:signoff:problem:not-found"])
    """What kind of problem, for programs: stable."""

    title: str = Field(examples=["There is nothing at this address"])
    """What kind of problem, for people: the same for every problem of a kind."""

    status: int = Field(examples=[404])
    """The status of the answer."""

    detail: str = Field(examples=["There is no model mortgage-aproval."])
    """What is wrong this time."""

    fix: str = Field(examples=["Register it on the Models page, or check the spelling."])
    """What clears it."""

    instance: str = Field(examples=["urn:signoff:request:3f0d9b7c"])
    """The id of this request, as in the header X-Request-ID and in the audit log."""

    errors: list[Wrong] = Field(default_factory=list)
    """The fields that do not fit, where there are such."""
