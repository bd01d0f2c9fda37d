"""Tries that survive the process: DBOS writes down each one and its answer, and repeats only what has no answer yet.

A try is one workflow, named by the delivery and the number of the try. When the process dies after the receiver took
a message and before DBOS wrote down its answer, the next process sends it once more, with the same delivery id; at
any other moment nothing is sent twice.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID
from dbos import error as dbos_error
from sqlalchemy.exc import SQLAlchemyError

from core import clock
from core.errors import GovernanceError
from core.notifications.outbox import Try

VERSION: Final = "1"
"""DBOS resumes only what the same version began. A constant, because any release may repeat what another began; a new
one, when what a try does changes, gives the tries new names too."""

SCHEMA: Final = "signoff_worker"
"""Where DBOS keeps its tables on PostgreSQL."""

_AT_ONCE: Final = 500

Sending = Callable[[str], Try]

_SENDING: list[Sending] = []
"""What sends now. Workflows are found by name after a restart, so they cannot carry it."""


@DBOS.step(name="signoff.send")
def _send(delivery: str) -> list[str | bool]:
    outcome = _SENDING[-1](delivery)
    return [outcome.problem, outcome.final]


@DBOS.workflow(name="signoff.try", max_recovery_attempts=None)
def _try(delivery: str) -> list[str | bool]:
    return _send(delivery)


@contextmanager
def running(database: str, sending: Sending) -> Iterator[Callable[[Iterable[tuple[str, int]]], list[Try]]]:
    """Run DBOS on a database of its own, and finish what an earlier process left undone.

    Args:
        database: address of DBOS's database.
        sending: sends one delivery, named by its id, and says what became of it.

    Raises:
        GovernanceError: the database cannot be used.

    Yields:
        A function that makes these tries (delivery, number of the try) side by side, each once and for good, and
        returns what became of them in the same order.
    """
    _SENDING[:] = [sending]
    config = DBOSConfig(
        name="signoff",
        system_database_url=database,
        application_version=VERSION,
        executor_id="worker",
        dbos_system_schema=SCHEMA,
        log_level="ERROR",
        enable_otlp=False,
        serializer=DBOSPortableJSONSerializer(),  # its own way is pickle, which can carry code
    )
    DBOS(config=config)
    try:
        _launch()
        yield _tries
    finally:
        DBOS.destroy(workflow_completion_timeout_sec=10)
        _SENDING.clear()


def _launch() -> None:
    try:
        DBOS.launch()
    except (SQLAlchemyError, dbos_error.DBOSException) as error:
        raise GovernanceError(
            f"The worker cannot note its tries: {type(error).__name__}.",
            f"Let the database role create the schema {SCHEMA}, or name another database in SIGNOFF_WORKER_URL.",
        ) from error


def forget(before: datetime) -> None:
    """Forget tries that were answered and began before a moment; they are asked about no more. Only while running."""
    while found := DBOS.list_workflows(
        status="SUCCESS", end_time=clock.rfc3339(before), limit=_AT_ONCE, load_input=False, load_output=False
    ):
        DBOS.delete_workflows([one.workflow_id for one in found])


def _tries(wanted: Iterable[tuple[str, int]]) -> list[Try]:
    handles = []
    for delivery, number in wanted:
        with SetWorkflowID(f"{delivery}-{number}-v{VERSION}"):
            handles.append(DBOS.start_workflow(_try, delivery))
    answers = [handle.get_result() for handle in handles]
    return [Try(str(problem), bool(final)) for problem, final in answers]
