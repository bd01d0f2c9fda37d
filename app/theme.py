"""Colours, and the forms in which text, numbers and moments are shown. The words stand on the enumerations."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any, Final

from app.legible import legible
from core import digest
from core.metrics.thousand import of_1000

# Text ------------------------------------------------------------------------------------------------------------

_PUNCTUATION: Final = re.compile(r"([!-/:-@\[-`{-~])")
_JOINS: Final = re.compile(r"((?:\\[:@<>=\-/])+?|www)(?=\\?[\w:/@.\-<>=])", re.IGNORECASE)
_WORD_JOINER: Final = "\u2060"
_QUOTED: Final = re.compile(r"\\`((?:[^\\]|\\[^`])+)\\`")
_ESCAPE: Final = re.compile(r"\\(?=[!-/:-@\[-`{-~])|\u2060")


def md(text: object, limit: int = 2000) -> str:
    r"""Make text that people wrote safe for every place where Streamlit reads Markdown.

    A backslash takes every ASCII sign its meaning. Addresses, `:material/…:` and arrows are recognised after the
    backslashes are gone, so an invisible word joiner parts them too. Control characters and those that turn the
    direction of writing are dropped; line ends and runs of blanks become one blank.

    For identifiers and fingerprints that must copy exactly, use `st.code` or a code span of known characters.

    Args:
        text: anything; None becomes nothing.
        limit: characters kept.

    >>> md("a*b* [x](y)")
    'a\\*b\\* \\[x\\]\\(y\\)'
    >>> md("  two\n\nlines ")
    'two lines'
    """
    shown = legible("" if text is None else str(text))
    flat = " ".join(shown[:limit].split())
    return _JOINS.sub(lambda found: found[0] + _WORD_JOINER, _PUNCTUATION.sub(r"\\\1", flat))


def sentence(text: object) -> str:
    r"""Make a sentence safe as `md` does, and keep what stands between backticks as code that copies exactly.

    >>> sentence("Run `signoff serve --port 80` on *that* machine")
    'Run `signoff serve --port 80` on \\*that\\* machine'
    """
    return _QUOTED.sub(lambda found: f"`{_ESCAPE.sub('', found[1])}`", md(text))


# Tones -----------------------------------------------------------------------------------------------------------

_TONES: Final = {
    "green": "production satisfied approved applied approve current resolved verified better evidenced active fit "
    "complete good ok published filled sent",
    "blue": "staging open draft in_remediation attested comment champion recomputed info waiting",
    "violet": "overridden challenger risk_accepted acknowledged snoozed fit_with_conditions recomputed_own_labels",
    "orange": "high changes_requested request_changes stale inconclusive warning expired failed not_measured moved "
    "partly in_part missing",
    "yellow": "medium",
    "red": "critical unsatisfied rejected reject worse error not_fit contradicted revoked bad given_up",
}
_TONE_OF: Final = {value: tone for tone, values in _TONES.items() for value in values.split()}


def tone(value: str) -> str:
    """Return the colour of a stage, a verdict or a state, by the value of its enumeration; grey when it has none.

    >>> tone("production"), tone("archived")
    ('green', 'gray')
    """
    return _TONE_OF.get(value, "gray")


def badge(member: StrEnum, *, icon: str = "", words: str | None = None) -> str:
    """Return a badge as Markdown, for labels, captions and cells of `st.table`; it begins as a sentence does.

    Args:
        member: a member of an enumeration; its value chooses the colour, its `words` the text.
        icon: name of a Material symbol, without colons.
        words: text instead of the member's own.
    """
    own = getattr(member, "words", member.value.replace("_", " "))
    return label(words or own[:1].upper() + own[1:], tone(member.value), icon=icon)


def label(words: str, colour: str = "gray", *, icon: str = "") -> str:
    """Return a badge with words and a colour of one's own."""
    sign = f":material/{icon}: " if icon else ""
    return f":{colour}-badge[{sign}{md(words)}]"


# Numbers ---------------------------------------------------------------------------------------------------------


def number(value: float | None, digits: int = 3) -> str:
    """Show a measured number; nothing measured is a dash and never a zero.

    >>> number(0.88), number(None), number(float("nan"))
    ('0.880', '–', '–')
    """
    return "–" if value is None or value != value else f"{value:.{digits}f}"  # noqa: PLR0124 - NaN differs from itself


def interval(low: float | None, high: float | None, digits: int = 3) -> str:
    """Show an interval, open where it has no end.

    >>> interval(0.1, 0.25, 2)
    '0.10 to 0.25'
    """
    return "–" if low is None and high is None else f"{number(low, digits)} to {number(high, digits)}"


def count(n: int | None) -> str:
    """Show a count as sentences write it.

    >>> count(336776), count(None)
    ('336,776', '–')
    """
    return "–" if n is None else f"{n:,}"


def per_thousand(rate: float | None) -> str:
    """Show a rate as people count it.

    >>> per_thousand(0.0884)
    '88 of 1,000'
    """
    return "–" if rate is None or rate != rate else f"{of_1000(rate):,} of 1,000"  # noqa: PLR0124


def fingerprint(value: str | None) -> str:
    """Show a fingerprint shortened, as a code span."""
    return f"`{digest.short(value)}`" if value else "–"


# Moments ---------------------------------------------------------------------------------------------------------


def moment(at: datetime | None, zone: tzinfo = UTC) -> str:
    """Show a moment in local time with its zone.

    >>> moment(datetime(2026, 3, 3, 12, tzinfo=UTC))
    '3 Mar 2026, 12:00 UTC'
    """
    if at is None:
        return "–"
    local = at.astimezone(zone)
    return f"{local.day} {local:%b %Y, %H:%M %Z}"


def day(at: datetime | None, zone: tzinfo = UTC) -> str:
    """Show the day of a moment in local time.

    >>> day(datetime(2026, 3, 3, 12, tzinfo=UTC))
    '3 Mar 2026'
    """
    if at is None:
        return "–"
    local = at.astimezone(zone)
    return f"{local.day} {local:%b %Y}"


def ago(at: datetime, now: datetime) -> str:
    """Show how long something is past, roughly.

    >>> noon = datetime(2026, 3, 3, 12, tzinfo=UTC)
    >>> ago(noon - timedelta(hours=3), noon), ago(noon - timedelta(seconds=5), noon)
    ('3 h ago', 'just now')
    """
    return "just now" if now - at < timedelta(minutes=1) else f"{_roughly(now - at)} ago"


def due(at: datetime, now: datetime) -> str:
    """Show how long something has until it is due, or by how much it is late.

    >>> noon = datetime(2026, 3, 3, 12, tzinfo=UTC)
    >>> due(noon + timedelta(days=4), noon), due(noon - timedelta(hours=22), noon)
    ('due in 4 d', '22 h late')
    """
    return f"due in {_roughly(at - now)}" if at >= now else f"{_roughly(now - at)} late"


def _roughly(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    if hours < 1:
        return f"{max(1, round(hours * 60))} min"
    return f"{round(hours)} h" if hours < 48 else f"{round(hours / 24)} d"


# Charts ----------------------------------------------------------------------------------------------------------

SERIES: Final = tuple(f"#{n:06d}" for n in range(1, 9))
"""Stand-ins that Streamlit replaces with the chart colours of the theme, light or dark, when it draws."""

REFERENCE: Final = "#8A94A6"
"""Grey of lines that only give a measure (chance, perfect calibration, a limit); readable on both themes."""

CHART: Final = {"displayModeBar": False}
"""What every `st.plotly_chart` is given as `config`."""


def brand(figure: Any, height: int = 320) -> Any:
    """Give a Plotly figure the look of the house: colours of the theme, no margins, legend on top.

    Traces that name a colour keep it; pick from `SERIES` or `REFERENCE`.

    Args:
        figure: a `plotly.graph_objects.Figure`; changed in place and returned.
        height: in pixels.
    """
    for n, trace in enumerate(figure.data):
        colour = SERIES[n % len(SERIES)]
        for part in ("line", "marker"):
            if part in trace and trace[part].color is None:
                trace[part].color = colour
    return figure.update_layout(
        height=height,
        margin={"l": 0, "r": 0, "t": 36, "b": 0},
        # Held by its foot: a legend of several lines grows upward and pushes the drawing down, and never lies on it.
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    )
