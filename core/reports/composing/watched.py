"""How a version behaved in use: its windows, what happened against what was announced, and what the inputs did."""

from collections.abc import Sequence

from core.errors import IntegrityError, NotFoundError
from core.monitoring import queries
from core.monitoring.monitor import Cadence
from core.monitoring.queries import Watch
from core.monitoring.verdict import InputDrift, InputVerdict, OutcomeVerdict
from core.monitoring.watch import Judged
from core.reports.composing.asking import Asked
from core.reports.content import Fact, Mark, Monitoring, Movement, Tone, Window
from core.reports.figure import OverTime, Period
from core.reports.writing import day, moment, month, number

MOST_WINDOWS = 130
_OUTCOMES = {
    OutcomeVerdict.AS_EXPECTED: Tone.GOOD,
    OutcomeVerdict.MORE: Tone.BAD,
    OutcomeVerdict.FEWER: Tone.BAD,
}
_INPUTS = {
    InputVerdict.WITHIN_CHANCE: Tone.GOOD,
    InputVerdict.SLIGHT: Tone.CAUTION,
    InputVerdict.MOVED: Tone.BAD,
}


def monitoring(asked: Asked) -> Monitoring | None:
    """Gather every window; None when the version was never set up to be watched."""
    try:
        watch = queries.windows(asked.session, asked.blobs, asked.version, asked.at)
    except (IntegrityError, NotFoundError) as gone:
        return Monitoring((Fact("Not possible", f"{gone.problem} {gone.fix}"),), ())
    if watch is None:
        return None
    shown = watch.windows[-MOST_WINDOWS:]
    cut = len(watch.windows) - len(shown)
    notes = ["Unresolved predictions are counted as unresolved, never as one outcome or the other."]
    if cut:
        notes.append(f"The {cut} oldest windows are left out here.")
    return Monitoring(
        facts=tuple(_facts(asked, watch)),
        windows=tuple(_window(one, watch.cadence) for one in shown),
        inputs=tuple(_movements(shown, watch.cadence)),
        figures=(_figure(shown, watch.cadence),) if any(one.outcome.ratio.value for one in shown) else (),
        notes=tuple(notes),
    )


def _facts(asked: Asked, watch: Watch) -> list[Fact]:
    set_up = watch.monitor
    facts = [
        Fact(
            "Watched", f"{set_up.cadence.words}, set up {moment(set_up.defined_at)} by {asked.name(set_up.defined_by)}"
        ),
        Fact("Outcomes are judged", f"{set_up.horizon_days} days after the end of a window"),
        Fact("A difference matters from", f"{100 * set_up.margin:.0f} % of the expected"),
        Fact("Fewest outcomes to judge", f"{set_up.minimum_rows:,}"),
    ]
    if set_up.positive is not None:
        facts.append(Fact("Event", set_up.positive))
    if watch.baseline is not None:
        found = watch.baseline
        facts += [
            Fact("Baseline", f"{found.name}, {found.rows:,} rows. {found.reason}".strip()),
            Fact("Fingerprint of the baseline", found.digest),
        ]
    else:
        facts.append(Fact("Baseline", "none was set, so no input is judged"))
    if watch.overall is not None:
        all_of_it = watch.overall
        facts.append(
            Fact(
                "All windows together",
                f"{all_of_it.rows:,} predictions, {all_of_it.unresolved:,} unresolved, observed over expected "
                f"{number(all_of_it.ratio.value)}",
            )
        )
    else:
        facts.append(Fact("Predictions", "none were logged"))
    return facts


def _label(one: Judged, cadence: Cadence) -> str:
    start = one.window.start
    match cadence:
        case Cadence.MONTHLY:
            return month(start)
        case Cadence.WEEKLY | Cadence.DAILY:
            return day(start)


def _short_label(one: Judged, cadence: Cadence) -> str:
    label = _label(one, cadence)
    return label if cadence is Cadence.MONTHLY else label.rpartition(" ")[0]  # the table beside it has the year


def _window(one: Judged, cadence: Cadence) -> Window:
    found = one.outcome
    return Window(
        label=_label(one, cadence),
        rows=found.rows,
        unresolved=found.unresolved,
        observed=found.rate.value,
        low=found.rate.interval.low,
        high=found.rate.interval.high,
        expected=found.expected_rate,
        ratio=found.ratio.value,
        ratio_low=found.ratio.interval.low,
        ratio_high=found.ratio.interval.high,
        inputs=_inputs(one.inputs),
        verdict=Mark(one.verdict.words, _OUTCOMES.get(one.verdict, Tone.PLAIN)),
    )


def _inputs(inputs: Sequence[InputDrift]) -> str:
    judged = [one for one in inputs if one.verdict in _INPUTS]
    if not judged:
        return next((one.verdict.words for one in inputs), "")
    moved = sum(one.verdict is InputVerdict.MOVED for one in judged)
    return f"{moved} of {len(judged)}"


def _movements(windows: Sequence[Judged], cadence: Cadence) -> list[Movement]:
    found: dict[str, list[tuple[Judged, InputDrift]]] = {}
    for window in windows:
        for drift in window.inputs:
            if drift.verdict in _INPUTS:
                found.setdefault(drift.name, []).append((window, drift))
    movements = []
    for name, judged in found.items():
        window, worst = max(judged, key=lambda pair: pair[1].stability_index or 0.0)
        movements.append(
            Movement(
                name=name,
                judged=len(judged),
                moved=sum(drift.verdict is InputVerdict.MOVED for _, drift in judged),
                window=_label(window, cadence),
                stability_index=worst.stability_index,
                chance=worst.chance.stability_index if worst.chance else None,
                distance=worst.kolmogorov_smirnov,
                verdict=Mark(worst.verdict.words, _INPUTS[worst.verdict]),
            )
        )
    return movements


def _figure(windows: Sequence[Judged], cadence: Cadence) -> OverTime:
    known = [one.outcome.ratio.value for one in windows if one.outcome.ratio.value is not None]
    return OverTime(
        "Observed over expected; 1 is what the scores announced",
        f"Observed over expected lies between {number(min(known))} and {number(max(known))}.",
        tuple(
            Period(
                _short_label(one, cadence),
                one.outcome.ratio.value if one.verdict is not OutcomeVerdict.NOT_MATURE else None,
                one.outcome.ratio.interval.low,
                one.outcome.ratio.interval.high,
            )
            for one in windows
        ),
    )
