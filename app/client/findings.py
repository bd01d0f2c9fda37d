"""Findings of a server: problems somebody found in a version, and what was done about them."""

from collections.abc import Iterator
from urllib.parse import quote

from app.client.connection import Asked, Connection, sent
from app.shapes.finding import Finding, FindingResolution, NewFinding
from core.registry.address import reference


class Findings:
    """The findings behind one connection; `signoff.findings`. A version is named MODEL@VERSION, a finding FND-3."""

    def __init__(self, line: Connection) -> None:
        self._line = line

    def all(self, *, limit: int = 100, **narrowed: Asked) -> Iterator[Finding]:
        """Go through the findings, newest first; `model`, `version` (its number) and `state` (one or more) narrow."""
        return self._line.pages("/findings", Finding, limit, **narrowed)

    def read(self, finding: str) -> Finding:
        """Read a finding; raises NotFoundError when there is none that the token may see."""
        return self._line.get(_address(finding), Finding)

    def add(self, version: str, title: str, severity: str, **told: object) -> Finding:
        """Attach a problem to a version.

        Args:
            version: MODEL@VERSION.
            title: what is wrong, in a line.
            severity: low, medium or high; a high one blocks approval until it is closed.
            told: the other fields of `NewFinding`: `detail`, `request`, `alert`, `owner`, `due_at`.

        Raises:
            AccessError: the token may not raise findings about this model.
            InputError: a value does not fit.
        """
        model, number = reference(version)
        said = sent(NewFinding, model=model, version=number, title=title, severity=severity, **told)
        return self._line.post("/findings", Finding, said)

    def resolve(self, finding: str, resolution: str) -> Finding:
        """Say what was done; said by an independent reviewer it closes the finding, else it waits for one."""
        return self._line.post(f"{_address(finding)}/resolve", Finding, sent(FindingResolution, resolution=resolution))


def _address(finding: str) -> str:
    return f"/findings/{quote(finding, safe='')}"
