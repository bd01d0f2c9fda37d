"""A problem somebody found blocks until somebody independent closed it."""

from datetime import timedelta

import pytest

from core.access import actions as access
from core.access.person import ReviewRole
from core.audit.actor import SYSTEM
from core.errors import AccessError, InputError, NotFoundError, TransitionError
from core.evidence import actions, queries
from core.evidence.actions import Problem
from core.evidence.finding import FindingState, Severity, after, blocks
from core.evidence.queries import FindingFilter
from core.registry import actions as registry
from core.registry.actions import Build, ModelDescription
from core.registry.materiality import Exposure, Purpose
from core.registry.version import Task


@pytest.fixture
def version(store, people):
    with store.transaction(people["scientist"].actor("seeded")) as tx:
        registry.register_use_case(tx, slug="lending", name="Lending", purpose="Decide about mortgages")
        registry.register_model(
            tx,
            ModelDescription("mortgage", "Mortgage", "lending", exposure=Exposure.BROAD, purpose=Purpose.RIGHTS),
        )
        return registry.register_version(tx, "mortgage", Build(Task.BINARY))


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("state", list(FindingState))
def test_only_a_high_finding_blocks_and_only_while_nobody_independent_closed_it(severity, state):
    expected = severity is Severity.HIGH and state not in {FindingState.VERIFIED, FindingState.RISK_ACCEPTED}
    assert blocks(severity, state) is expected
    assert severity.words
    assert state.words


def test_what_was_closed_stays_closed():
    with pytest.raises(TransitionError):
        after(FindingState.VERIFIED, FindingState.OPEN)


def test_a_reviewer_raises_a_finding_and_it_blocks(store, people, version, noon):
    with store.transaction(people["validator"].actor("password")) as tx:
        problem = Problem("Sentinel values in lines", Severity.HIGH, due_at=noon + timedelta(days=7))
        raised = actions.raise_finding(tx, version, problem)
    with store.reading() as session:
        assert [f.id for f in queries.blocking(session, version.key)] == [raised.id]
        (line,) = queries.findings(session, FindingFilter(version_id=version.key)).items
    assert (line.address, line.model, line.version, line.owner) == ("FND-1", "mortgage", 1, "Data scientist")
    assert line.blocks


def test_signoff_itself_raises_findings(store, version):
    with store.transaction(SYSTEM) as tx:
        raised = actions.raise_finding(tx, version, Problem("Observed outcomes left the band", Severity.MEDIUM))
    assert raised.raised_by is None


def test_somebody_without_a_review_role_raises_none(store, people, version):
    with pytest.raises(AccessError), store.transaction(people["auditor"].actor("password")) as tx:
        actions.raise_finding(tx, version, Problem("I do not like it", Severity.LOW))


def test_a_role_elsewhere_does_not_count_here(store, people, version):
    with store.transaction(people["admin"].actor("password")) as tx:
        other = access.create_person(tx, "other", "Other", None, people["auditor"].system_role)
        access.grant_role(tx, other.key, ReviewRole.RISK_REVIEWER, access.Scope(model_id=99))
    with pytest.raises(AccessError), store.transaction(other.actor("password")) as tx:
        actions.raise_finding(tx, version, Problem("Not mine", Severity.LOW))


def test_a_finding_says_something(store, people, version):
    with pytest.raises(InputError), store.transaction(people["validator"].actor("password")) as tx:
        actions.raise_finding(tx, version, Problem("  ", Severity.LOW))


def test_a_finding_is_not_overdue_from_the_start(store, people, version, noon):
    with pytest.raises(InputError), store.transaction(people["validator"].actor("password")) as tx:
        actions.raise_finding(tx, version, Problem("Late", Severity.LOW, due_at=noon))


def test_findings_come_worst_first_and_closed_ones_last(store, people, version):
    with store.transaction(people["validator"].actor("password")) as tx:
        closed = actions.raise_finding(tx, version, Problem("closed", Severity.HIGH))
        actions.move(tx, closed, FindingState.VERIFIED, "Looked at it.")
        for title, severity in (("low", Severity.LOW), ("high", Severity.HIGH), ("medium", Severity.MEDIUM)):
            actions.raise_finding(tx, version, Problem(title, severity))
    with store.reading() as session:
        found = queries.findings(session, FindingFilter(version_id=version.key))
    assert [line.title for line in found.items] == ["high", "medium", "low", "closed"]
    assert (found.items[-1].resolution, found.total) == ("Looked at it.", 4)


def test_moving_without_a_word_is_refused(store, people, version):
    with pytest.raises(InputError), store.transaction(people["validator"].actor("password")) as tx:
        raised = actions.raise_finding(tx, version, Problem("x y z", Severity.LOW))
        actions.move(tx, raised, FindingState.VERIFIED, " ")


def test_an_unknown_finding_is_not_found(store):
    with store.reading() as session, pytest.raises(NotFoundError):
        queries.finding(session, 9)
