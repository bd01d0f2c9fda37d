"""What a watch comes to, in sentences for people who do not read statistics."""

from core.metrics.thousand import of_1000
from core.monitoring.alarm import Alarm
from core.monitoring.alert import AlertCause
from core.monitoring.monitor import Cadence
from core.monitoring.queries import Watch
from core.monitoring.verdict import InputVerdict, OutcomeVerdict
from core.monitoring.watch import Judged
from core.monitoring.window import span
from core.registry.version import Task

CLASSES = frozenset({Task.BINARY, Task.MULTICLASS})
"""Tasks whose outcomes are counted."""

_HARDLY = 0.1
"""Stability index up to which inputs are said to hardly move, by convention."""


def outcomes(watch: Watch) -> str:
    """Say in how many windows outcomes left what was announced, and where most."""
    judged = [one for one in watch.windows if one.verdict.judged]
    if not judged:
        return _why_silent(watch)
    left = [one for one in judged if one.verdict.alarming]
    if not left:
        return f"Outcomes stayed with what the scores announced in all {_counted(len(judged), watch.cadence)} judged."
    furthest = [max(left, key=_ratio), min(left, key=_ratio)]
    named = "; ".join(dict.fromkeys(_named(one, watch) for one in furthest))
    of = f"{len(left)} of {_counted(len(judged), watch.cadence)}"
    return f"In {of} outcomes left what the scores had announced: {named}."


def unresolved(watch: Watch) -> str:
    """Say how many predictions have no outcome, and whether they look like the others."""
    total = watch.overall
    if total is None or total.unresolved == 0:
        return "Every prediction has an outcome." if total is not None else ""
    sentence = (
        f"{total.unresolved:,} of {total.rows:,} predictions have no outcome. They count as neither one nor the other."
    )
    announced, others = total.expected_of_unresolved, total.expected_rate
    if announced is not None and others is not None and abs(announced - others) > 0.1 * others:
        sentence += (
            f" The scores announced {amount(announced, watch.task)} among them and {amount(others, watch.task)} among "
            "the rest, so what is missing is not a random part."
        )
    return sentence


def inputs(watch: Watch) -> str:
    """Say which inputs moved, or that hardly any did."""
    drifts = [drift for one in watch.windows for drift in one.inputs if drift.stability_index is not None]
    if not drifts:
        return "No baseline is set, so nothing is said about inputs." if watch.baseline is None else ""
    moved = sorted({drift.name for drift in drifts if drift.verdict is InputVerdict.MOVED})
    if moved:
        several = "inputs moved" if len(moved) > 1 else "input moved"
        return f"{len(moved)} {several} away from the baseline at some time: {', '.join(moved)}."
    beyond = [drift for drift in drifts if drift.verdict is InputVerdict.SLIGHT]
    if not beyond:
        return "No input moved by more than chance."
    largest = max(beyond, key=lambda drift: drift.stability_index or 0.0)
    return (
        f"No input moved by much. The largest change was that of {largest.name}, with a stability index of "
        f"{largest.stability_index:.2f}; from {_HARDLY} on it would be called large."
    )


def contrast(watch: Watch) -> str | None:
    """Say that drift does not show what the outcomes show; None where that is not so."""
    alarming = [one for one in watch.windows if one.verdict.alarming]
    drifts = [drift for one in watch.windows for drift in one.inputs if drift.stability_index is not None]
    if not alarming or not drifts or any(drift.verdict is InputVerdict.MOVED for drift in drifts):
        return None
    judged = [one.outcome.rate.value for one in watch.windows if one.verdict.judged]
    rates = [rate for rate in judged if rate is not None]
    return (
        f"The inputs hardly move while {_NOUN[watch.task]} run from {amount(min(rates), watch.task)} to "
        f"{amount(max(rates), watch.task)}. Watching inputs alone would not have shown it: what changed is "
        "nothing that the model is given."
    )


def alarm(found: Alarm[Judged], watch: Watch) -> str:
    """Say what one window says that somebody should look at, without the names of inputs."""
    if found.cause is not AlertCause.MOVED:
        many = "high" if watch.task is Task.REGRESSION else f"many {_NOUN[watch.task]}"
        return f"{_named(found.judged, watch, many)}."
    inputs = "one input" if (count := len(found.inputs)) == 1 else f"{count} inputs"
    return f"{inputs.capitalize()} moved away from the baseline {_when(found.judged, watch.cadence)}."


def amount(rate: float, task: Task) -> str:
    """Write a rate as people count it, or a mean as it is."""
    return f"{rate:,.3g} on average" if task is Task.REGRESSION else f"{of_1000(rate):,} in 1,000"


_NOUN = {
    Task.BINARY: "events",
    Task.MULTICLASS: "right answers",
    Task.REGRESSION: "outcomes",
}


def _ratio(one: Judged) -> float:
    return one.outcome.ratio.value or 0.0


def _named(one: Judged, watch: Watch, many: str = "many") -> str:
    found = one.outcome
    named = f"{_ratio(one):.2f} times as {many} as announced {_when(one, watch.cadence)}"
    if found.rate.value is None or found.expected_rate is None:
        return named
    return f"{named} ({amount(found.rate.value, watch.task)} instead of {amount(found.expected_rate, watch.task)})"


def _when(one: Judged, cadence: Cadence) -> str:
    """Say of which window something is said, with the word that goes before it."""
    named = span(one.window.start, cadence)
    match cadence:
        case Cadence.DAILY:
            return f"on {named}"
        case Cadence.WEEKLY:
            return f"in the {named[:1].lower()}{named[1:]}"
        case Cadence.MONTHLY:
            return f"in {named}"


def _counted(count: int, cadence: Cadence) -> str:
    noun = {Cadence.DAILY: "day", Cadence.WEEKLY: "week", Cadence.MONTHLY: "month"}[cadence]
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _why_silent(watch: Watch) -> str:
    if not watch.windows:
        return "No prediction is logged yet."
    verdicts = {one.verdict for one in watch.windows}
    if OutcomeVerdict.NOT_MATURE in verdicts:
        first = min(one.matures_at for one in watch.windows if one.verdict is OutcomeVerdict.NOT_MATURE)
        return f"No outcome is due yet; the first window may be judged from {first.day} {first:%b %Y}."
    if OutcomeVerdict.SELECTED_LABELS in verdicts:
        return "The labels that came are almost all of one kind, so they look selected and are not judged."
    return "No window has enough outcomes to be judged."
