"""One number against one bound: is it met, and if not, is it the value, the interval or only the sample size?"""

from dataclasses import dataclass
from math import ceil

from core.policy.asking import bounded, side_of
from core.policy.evidence import Compared, Contrast, Measurement, finite
from core.policy.result import number, span
from core.policy.rule import Bounded, Minimum
from core.policy.verdict import Reason, Verdict

Figure = Measurement | Contrast | Compared


@dataclass(frozen=True, slots=True)
class Judgement:
    """What holding a number against a bound gave."""

    verdict: Verdict
    sentence: str
    short_by: float | None = None
    reason: Reason | None = None


def enough(figure: Figure, minimum: Minimum) -> Judgement | None:
    """Tell what keeps a number from being judged at all; None when nothing does."""
    n = finite(figure.n)
    if n is None or n < minimum.n:
        have = "an unknown number of" if n is None else f"{n:,.0f}"
        return _too_small(f"It rests on {have} cases; at least {minimum.n:,} are asked for.")
    events = finite(figure.events)
    if minimum.events and (events is None or events < minimum.events):
        have = "an unknown number" if events is None else f"{events:,.0f}"
        return _too_small(f"It rests on {have} of the rarer outcome; at least {minimum.events:,} are asked for.")
    low, high = finite(figure.low), finite(figure.high)
    if minimum.width is not None and (low is None or high is None or not high - low <= minimum.width):
        wide = "unknown" if low is None or high is None else number(high - low)
        return _too_small(f"Its interval is too wide to judge ({wide}; at most {number(minimum.width)} is asked for).")
    return None


def readable(figure: Figure, *, level: float | None) -> Judgement | None:
    """Tell what keeps a number from being read; None when value and, where `level` asks for it, interval are sound.

    A number that is missing was not measured. One that is there and is no finite number never passes.
    """
    if figure.value is None:
        return Judgement(Verdict.NOT_MEASURED, "It is undefined for these cases.")
    if finite(figure.value) is None:
        return _odd("The stored value is no finite number, so it shows nothing.")
    return _interval(figure, level) if level is not None else None


def _interval(figure: Figure, level: float) -> Judgement | None:
    if figure.low is None or figure.high is None:
        return Judgement(Verdict.NOT_MEASURED, "No interval was computed for it.")
    low, high = finite(figure.low), finite(figure.high)
    if low is None or high is None or low > high:
        return _odd("The stored interval is not made of finite numbers in order, so it shows nothing.")
    got = finite(figure.level)
    if got is None or got < level - 1e-9:
        have = "an unknown level" if got is None else f"{100 * got:.0f} %"
        return Judgement(Verdict.NOT_MEASURED, f"Its interval has {have}; {100 * level:.0f} % is asked for.")
    return None


def judge(figure: Figure, rule: Bounded) -> Judgement:
    """Hold a number against a rule's bound.

    Returns:
        `satisfied` only when the end that the rule judges is finite and on the right side. Otherwise the reason:
        the value (the whole interval misses), the interval (it reaches both sides), or only the sample size (the value
        would do, its interval is too wide).
    """
    by_value = rule.judged_by == "value"
    stop = readable(figure, level=None if by_value else rule.level) or enough(figure, rule.minimum)
    if stop:
        return stop
    side, limit = side_of(rule)
    value = float(figure.value or 0.0)
    low, high = finite(figure.low), finite(figure.high)
    ends = {"value": value, "lower_limit": low, "upper_limit": high}
    judged = finite(ends[rule.judged_by])
    if judged is None:
        return _odd("The stored number is not finite, so it shows nothing.")
    sign = 1.0 if side == "at_least" else -1.0
    short_by = sign * (limit - judged)
    shown = span(value, low, high)
    if short_by <= 0:
        return Judgement(Verdict.SATISFIED, f"{shown}: {bounded(rule)}.", short_by)
    if low is None or high is None:
        return Judgement(Verdict.UNSATISFIED, f"{shown}: the value misses {number(limit)}.", short_by, Reason.VALUE)
    favourable = high if sign > 0 else low
    reason, sentence = _why(value, judged=judged, favourable=favourable, limit=limit, sign=sign, n=figure.n)
    return Judgement(Verdict.UNSATISFIED, f"{shown}: {sentence}", short_by, reason)


def _why(
    value: float, *, judged: float, favourable: float, limit: float, sign: float, n: int | None
) -> tuple[Reason, str]:
    if sign * (value - limit) >= 0:
        needed = rows_needed(n, reach=abs(value - judged), room=abs(value - limit))
        sentence = f"the value meets {number(limit)}, but its interval reaches {number(judged)}; only the sample is too"
        sentence += " small to show it."
        if needed:
            sentence += f" If the value stayed, about {needed:,} cases would show it."
        return Reason.SAMPLE_SIZE, sentence
    if sign * (favourable - limit) >= 0:
        sentence = f"the value misses {number(limit)} and its interval reaches both sides of it, so these cases cannot"
        return Reason.INTERVAL, f"{sentence} tell."
    return Reason.VALUE, f"the value misses {number(limit)}, and so does its whole interval."


def rows_needed(n: int | None, *, reach: float, room: float) -> int | None:
    """Estimate how many cases would shrink an interval until it stays inside the bound, if the value stayed.

    An interval's width goes with one over the root of the number of cases.

    Args:
        n: cases it rests on now.
        reach: distance from the value to the end that is judged.
        room: distance from the value to the bound.

    Returns:
        A number of cases with two leading digits, or None when it cannot be said: no room at all, or beyond ten
        million.

    >>> rows_needed(100, reach=0.08, room=0.04)
    400
    """
    if not n or room <= 0 or reach <= room:
        return None
    wider = reach / room
    if wider > 1e4 or n * wider**2 > 1e7:
        return None
    cases = n * wider**2
    step = 10 ** max(0, len(str(ceil(cases))) - 2)
    return int(ceil(cases / step - 1e-6) * step)


def _too_small(sentence: str) -> Judgement:
    return Judgement(Verdict.NOT_MEASURED, sentence, reason=Reason.SAMPLE_SIZE)


def _odd(sentence: str) -> Judgement:
    return Judgement(Verdict.UNSATISFIED, sentence)
