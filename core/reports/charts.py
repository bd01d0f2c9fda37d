"""The charts of a report, one function per figure, and the flowables that place them one or two to a row."""

from collections.abc import Sequence
from typing import Any, assert_never

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable

from core.reports import style as look
from core.reports import typeface
from core.reports.content import Tone
from core.reports.figure import ByGroup, Calibration, Confusion, Curve, Figure, GroupValue, OverTime
from core.reports.plot import Plot, short
from core.reports.text import printable

_GAP = 18.0
_HALF = (look.WIDTH - _GAP) / 2
_TITLE = look.TextStyle(8.5, 12, typeface.STRONG)
_VALUE = look.TextStyle(7, 9)
_PLAIN_HEIGHT = 206.0
_FEW = 7  # groups or classes that fit a chart of half the width


def height(figure: Figure) -> float:
    """Height of a chart in points."""
    match figure:
        case ByGroup():
            return max(_PLAIN_HEIGHT, 66.0 + 17.0 * len(figure.values))
        case Confusion():
            return max(_PLAIN_HEIGHT, 80.0 + 22.0 * len(figure.labels))
        case OverTime():
            return 190.0
        case Curve() | Calibration():
            return _PLAIN_HEIGHT
        case _:
            assert_never(figure)


def is_wide(figure: Figure) -> bool:
    """Tell whether a chart needs the whole width."""
    match figure:
        case ByGroup():
            return len(figure.values) > _FEW
        case Confusion():
            return len(figure.labels) > _FEW
        case OverTime():
            return True
        case Curve() | Calibration():
            return False
        case _:
            assert_never(figure)


def rows(figures: Sequence[Figure]) -> list[Flowable]:
    """Place charts in rows: two narrow ones side by side, a wide one alone."""
    placed: list[Flowable] = []
    waiting: list[Figure] = []
    for figure in figures:
        if is_wide(figure):
            placed.append(ChartRow([figure]))
            continue
        waiting.append(figure)
        if len(waiting) == 2:
            placed.append(ChartRow(waiting))
            waiting = []
    return placed + ([ChartRow(waiting)] if waiting else [])


class ChartRow(Flowable):  # type: ignore[misc]
    """One or two charts side by side; a row never breaks."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        super().__init__()
        self.figures = list(figures)
        self.spaceBefore, self.spaceAfter = 8, 8

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002
        """Take the whole width and the taller chart's height."""
        self.width, self.height = look.WIDTH, min(max(map(height, self.figures)), look.HEIGHT)
        return self.width, self.height

    def draw(self) -> None:
        """Draw each chart, marked as a figure with its sentence."""
        for index, figure in enumerate(self.figures):
            width = look.WIDTH if is_wide(figure) else _HALF
            left = index * (_HALF + _GAP)
            with self.canv.tagged("Figure", words=printable(figure.words, typeface.covers, 500)):
                frame = Plot(self.canv, (left, 0, width, self.height))
                frame.text(left, self.height - 9, short(figure.title, _TITLE, width), style=_TITLE)
                _drawn(self.canv, figure, left, width, self.height - 20)


def _drawn(canvas: Any, figure: Figure, left: float, width: float, top: float) -> None:
    match figure:
        case Curve():
            _curve(Plot(canvas, (left + 34, 28, width - 38, top - 32)), figure)
        case Calibration():
            _calibration(canvas, figure, left, width, top)
        case Confusion():
            _confusion(canvas, figure, left, width, top)
        case ByGroup():
            _by_group(canvas, figure, left, width, top)
        case OverTime():
            _over_time(canvas, figure, left, width, top)
        case _:
            assert_never(figure)


def _tenths(value: float) -> str:
    return f"{value:.1f}"


def _curve(plot: Plot, figure: Curve) -> None:
    plot.upward_axis(figure.upward, _tenths)
    plot.across_axis(figure.across, _tenths)
    idle = ((0.0, 0.0), (1.0, 1.0)) if figure.reference is None else ((0.0, figure.reference), (1.0, figure.reference))
    plot.line(idle, look.QUIET, 0.7, dashed=True)
    plot.line(figure.points, look.ACCENT, 1.4)
    if figure.marked is not None:
        x, y = figure.marked
        plot.dot(plot.x(x), plot.y(y), look.ACCENT, 3, hollow=True)
        right = x > 0.6
        plot.text(plot.x(x) + (-6 if right else 6), plot.y(y) - 9, "at the threshold", "right" if right else "left")


def _calibration(canvas: Any, figure: Calibration, left: float, width: float, top: float) -> None:
    plot = Plot(canvas, (left + 34, 66, width - 38, top - 70))
    plot.upward_axis("Share in which it happened", _tenths)
    plot.line(((0, 0), (1, 1)), look.QUIET, 0.7, dashed=True)
    for part in figure.bins:
        plot.line(((part.forecast, part.low), (part.forecast, part.high)), look.ACCENT, 0.8)
    plot.line([(part.forecast, part.observed) for part in figure.bins], look.ACCENT, 1.2)
    for part in figure.bins:
        plot.dot(plot.x(part.forecast), plot.y(part.observed), look.ACCENT, 1.9)
    most = max((part.n for part in figure.bins), default=1) or 1
    below = Plot(canvas, (left + 34, 28, width - 38, 30), upward=(0, most))
    for part in figure.bins:
        below.bar(below.x(part.forecast) - 4, below.box[1], 8, below.y(part.n) - below.box[1], look.WASH_STRONG)
    below.across_axis("Forecast probability; bars: rows in the bin", _tenths)
    below.text(left + 30, below.y(most) - 4, f"{most:,}", "right")


def _confusion(canvas: Any, figure: Confusion, left: float, width: float, top: float) -> None:
    size = len(figure.labels)
    names = [short(label, look.AXIS, 62) for label in figure.labels]
    margin = 18 + max((typeface.width(name, look.AXIS.font, look.AXIS.size) for name in names), default=0)
    plot = Plot(canvas, (left + margin, 8, width - margin, top - 34))
    x, foot, wide, tall = plot.box
    step_x, step_y = wide / size, tall / size
    plot.text(x + wide / 2, foot + tall + 14, "Predicted", "centre")
    plot.text(left + 7, foot + tall / 2, "Actual", "centre", turned=True)
    for row, counts in enumerate(figure.counts):
        y = foot + tall - (row + 1) * step_y
        plot.text(x - 5, y + step_y / 2 - 2.4, names[row], "right")
        head = short(figure.labels[row], look.AXIS, step_x - 2)
        plot.text(x + (row + 0.5) * step_x, foot + tall + 4, head, "centre")
        total = sum(counts) or 1
        for column, count in enumerate(counts):
            corner = x + column * step_x
            plot.bar(corner + 0.7, y + 0.7, step_x - 1.4, step_y - 1.4, _shade(count / total))
            middle = (corner + step_x / 2, y + step_y / 2)
            _count(plot, middle, count, share=count / total, roomy=size <= 3)


def _count(plot: Plot, middle: tuple[float, float], count: int, *, share: float, roomy: bool) -> None:
    x, y = middle
    colour = look.WHITE if share > 0.55 else look.INK
    if not roomy:
        plot.text(x, y - 2.4, f"{count:,}", "centre", style=look.TextStyle(7, 9, colour=colour))
        return
    plot.text(x, y + 0.5, f"{count:,}", "centre", style=look.TextStyle(10, 12, typeface.STRONG, colour))
    plot.text(x, y - 10, f"{100 * share:.1f} % of the row", "centre", style=look.TextStyle(6.5, 9, colour=colour))


def _shade(share: float) -> Color:
    low, high = look.PAPER, look.ACCENT
    return Color(*(a + (b - a) * share for a, b in zip(low.rgb(), high.rgb(), strict=True)))


def _span(values: Sequence[float | None], *always: float) -> tuple[float, float]:
    """Lowest and highest of what is there, with a little air."""
    known = [value for value in (*values, *always) if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    air = (high - low) * 0.06 or 0.05
    return low - air, high + air


def _by_group(canvas: Any, figure: ByGroup, left: float, width: float, top: float) -> None:
    shown = figure.values[: int((top - 46) // 14)]
    names = [short(f"{value.group} ({value.n:,})", _VALUE, width * 0.42) for value in shown]
    margin = 8 + max((typeface.width(name, _VALUE.font, _VALUE.size) for name in names), default=0)
    ends = [end for value in shown for end in (value.low, value.high, value.value)]
    low, high = _span(ends, *([figure.limit] if figure.limit is not None else []))
    plot = Plot(canvas, (left + margin, 28, width - margin - 6, top - 40), across=(max(low, 0.0), high))
    plot.across_axis(figure.metric, lambda value: f"{value:.2f}", 4)
    _, foot, _, tall = plot.box
    step = tall / max(len(shown), 1)
    if figure.limit is not None:
        at = plot.x(figure.limit)
        plot.stroke([(at, foot), (at, foot + tall)], look.TONES[Tone.BAD], 0.8, dashed=True)
        plot.text(at, foot + tall + 3, f"limit {figure.limit:.2f}", "centre")
    for index, (value, name) in enumerate(zip(shown, names, strict=True)):
        y = foot + tall - (index + 0.5) * step
        plot.text(plot.box[0] - 7, y - 2.4, name, "right", style=_VALUE)
        _interval(plot, value, y)


def _interval(plot: Plot, value: GroupValue, y: float) -> None:
    if value.value is None:
        plot.text(plot.box[0] + 4, y - 2.4, "not measured")
        return
    if value.low is not None and value.high is not None:
        plot.stroke([(plot.x(value.low), y), (plot.x(value.high), y)], look.ACCENT, 1.1)
    plot.dot(plot.x(value.value), y, look.ACCENT, 2.4)


def _over_time(canvas: Any, figure: OverTime, left: float, width: float, top: float) -> None:
    periods = figure.periods
    low, high = _span([end for part in periods for end in (part.low, part.high, part.ratio)], 1.0)
    box = (left + 34, 28, width - 38, top - 32)
    plot = Plot(canvas, box, (0.0, float(max(len(periods), 1))), (max(low, 0.0), high))
    plot.upward_axis("Observed / expected", lambda value: f"{value:.1f}")
    plot.line(((0.0, 1.0), (float(max(len(periods), 1)), 1.0)), look.QUIET, 0.8, dashed=True)
    every = max(1, len(periods) // 14 + 1)
    for index, part in enumerate(periods):
        x = plot.x(index + 0.5)
        if index % every == 0:
            plot.text(x, 18, short(part.label, look.AXIS, every * width / len(periods)), "centre")
        if part.ratio is None:
            plot.text(x, plot.y(1.0) + 3, "no labels yet" if len(periods) < _FEW else "–", "centre")
            continue
        if part.low is not None and part.high is not None:
            plot.stroke([(x, plot.y(part.low)), (x, plot.y(part.high))], look.ACCENT, 1.0)
        plot.dot(x, plot.y(part.ratio), look.ACCENT, 2.3)
    plot.stroke([(box[0], 28), (box[0] + box[2], 28)], look.QUIET, 0.6)
