"""Which way a request leads: from which stage to which, and what kind of request that is."""

from types import MappingProxyType

from core.approvals.states import RequestKind
from core.errors import TransitionError
from core.registry.stage import Stage

ROUTES = MappingProxyType(
    {
        (Stage.DEVELOPMENT, Stage.STAGING): RequestKind.PROMOTION,
        (Stage.DEVELOPMENT, Stage.PRODUCTION): RequestKind.PROMOTION,
        (Stage.STAGING, Stage.PRODUCTION): RequestKind.PROMOTION,
        (Stage.ARCHIVED, Stage.STAGING): RequestKind.PROMOTION,
        (Stage.ARCHIVED, Stage.PRODUCTION): RequestKind.PROMOTION,
        (Stage.PRODUCTION, Stage.STAGING): RequestKind.DEMOTION,
        (Stage.PRODUCTION, Stage.DEVELOPMENT): RequestKind.DEMOTION,
        (Stage.STAGING, Stage.DEVELOPMENT): RequestKind.DEMOTION,
        (Stage.DEVELOPMENT, Stage.ARCHIVED): RequestKind.RETIREMENT,
        (Stage.STAGING, Stage.ARCHIVED): RequestKind.RETIREMENT,
        (Stage.PRODUCTION, Stage.ARCHIVED): RequestKind.RETIREMENT,
    }
)
"""Every way there is. A return to a former version is not among them: see `kind`."""


def kind(origin: Stage, target: Stage, *, approved_before: bool) -> RequestKind:
    """Tell what kind of request leads from one stage to another.

    Args:
        origin: where the version stands.
        target: where it is to go.
        approved_before: whether it was approved for production once and that approval was not revoked; then going
            back there is a rollback.

    Raises:
        TransitionError: there is no such way.
    """
    if (origin, target) == (Stage.ARCHIVED, Stage.PRODUCTION) and approved_before:
        return RequestKind.ROLLBACK
    if (found := ROUTES.get((origin, target))) is None:
        raise TransitionError(
            f"A version cannot go from {origin.value} to {target.value}.",
            "It stands there already." if origin is target else f"From {origin.value} it can go to {_ways(origin)}.",
        )
    return found


def targets(origin: Stage) -> tuple[Stage, ...]:
    """Where a version can be asked to go from a stage."""
    return tuple(stage for stage in Stage if (origin, stage) in ROUTES)


def _ways(origin: Stage) -> str:
    return " or ".join(stage.value for stage in targets(origin))
