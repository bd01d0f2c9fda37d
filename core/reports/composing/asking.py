"""What every part of a report asks for: where to read, about what, and as of when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from core.access import queries as people
from core.registry.model import RegisteredModel
from core.registry.version import ModelVersion
from core.store.blobs import Blobs


@dataclass(frozen=True, slots=True)
class Asked:
    """One report being composed.

    Attributes:
        session: reads from one consistent moment.
        blobs: the files of the store.
        model: the model line.
        version: the version reported on.
        at: time of the newest log entry; ages, ends and freshness are judged at it, so that the same records always
            give the same report.
    """

    session: Session
    blobs: Blobs
    model: RegisteredModel
    version: ModelVersion
    at: datetime

    @property
    def address(self) -> str:
        """The version as people write it: `mortgage-approval@4`."""
        return f"{self.model.slug}@{self.version.version}"

    def names(self, ids: Collection[int]) -> dict[int, str]:
        """The names of people by id."""
        return people.names(self.session, list(ids))

    def name(self, person_id: int | None) -> str:
        """One person's name; nobody is Signoff itself."""
        return "Signoff" if person_id is None else self.names([person_id]).get(person_id, "somebody no longer known")
