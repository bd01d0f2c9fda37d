"""The one-page plain reading of a card, for people who decide about a use and not about a model."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.cards import markdown
from core.cards.content.purpose import DecisionRole
from core.cards.content.results import GroupVerdict
from core.cards.schema import answer
from core.metrics.thousand import of_1000

SILENT = "The card does not say this yet."
"""What stands where the card is silent; a plain reading never fills a gap with good words."""

_LONGEST = 420
_ROWS = 4

_OF_1000: Mapping[str, str] = {
    "accuracy": "Of 1,000 {who}, it judges {count} as the record does",
    "recall": "Of 1,000 {who} that should get a yes, it finds {count}",
    "precision": "Of 1,000 {who} to which it says yes, {count} are a yes in the record",
    "specificity": "Of 1,000 {who} that should get a no, {count} get it",
    "false_positive_rate": "Of 1,000 {who} that should get a no, {count} get a yes",
    "false_negative_rate": "Of 1,000 {who} that should get a yes, {count} get a no",
    "selection_rate": "Of 1,000 {who}, {count} get a yes",
    "prevalence": "Of 1,000 {who}, {count} are a yes in the record",
    "balanced_accuracy": "Of 1,000 {who}, half of them a yes and half a no, it judges {count} as the record does",
}


@dataclass(frozen=True, slots=True)
class PlainPart:
    """A heading and what stands under it."""

    heading: str
    sentences: tuple[str, ...]
    answered: bool = True


@dataclass(frozen=True, slots=True)
class PlainReading:
    """A card in plain words: plain text throughout, to be escaped by whatever shows it."""

    title: str
    lead: str
    parts: tuple[PlainPart, ...]


def read(content: Mapping[str, Any]) -> PlainReading:
    """Read a card in plain words: what it does and for whom, how often it errs, for whom more, and who answers.

    Rates are counts out of 1,000, with the counts that chance alone would allow.

    Args:
        content: the card.
    """
    name = answer(content, "model_details.name") or "This model"
    number = answer(content, "model_details.version")
    return PlainReading(
        title=f"{name}, version {number}" if number else str(name),
        lead=_brief(answer(content, "model_details.summary")) or SILENT,
        parts=tuple(
            _part(heading, sentences)
            for heading, sentences in (
                ("What it is for", _purpose(content)),
                ("What it is not for", [_brief(answer(content, "intended_use.out_of_scope"))]),
                ("What happens to 1,000 cases", _results(content)),
                ("Differences between groups", _groups(content)),
                ("What could go wrong", _risks(content)),
                ("What it cannot do", _several(answer(content, "caveats_recommendations.limitations"))),
                ("What it brings and costs", _business(content)),
                ("When something goes wrong", _trouble(content)),
                ("Who answers for it", _people(content)),
            )
        ),
    )


def per_thousand(metric: str, value: float, low: float | None, high: float | None, who: str = "cases") -> str | None:
    """Say a rate as a count out of 1,000.

    Args:
        metric: its name as in the evaluations.
        value: the rate, in [0, 1].
        low: lower end of its interval; None when unknown.
        high: upper end of its interval; None when unknown.
        who: what is counted, in the plural.

    Returns:
        One sentence, or None for a measure that is no rate.

    >>> per_thousand("selection_rate", .675, .61, .735, "black applicants")
    'Of 1,000 black applicants, 675 get a yes (610 to 735 would fit the same data).'
    """
    if metric not in _OF_1000 or not 0 <= value <= 1:
        return None
    said = _OF_1000[metric].format(who=who, count=thousandths(value))
    if low is None or high is None:
        return f"{said}; how exact that is was not recorded."
    return f"{said} ({thousandths(low)} to {thousandths(high)} would fit the same data)."


def thousandths(rate: float) -> str:
    """Count out of 1,000, to the nearest whole one.

    >>> thousandths(.0005), thousandths(.9996)
    ('1', '1,000')
    """
    return f"{of_1000(rate):,}"


def _part(heading: str, sentences: Iterable[str | None]) -> PlainPart:
    said = tuple(sentence for sentence in sentences if sentence)
    return PlainPart(heading, said or (SILENT,), answered=bool(said))


def _purpose(content: Mapping[str, Any]) -> list[str | None]:
    role = answer(content, "intended_use.decision_role")
    users = _brief(answer(content, "intended_use.primary_users"))
    persons = answer(content, "intended_use.affected_persons")
    groups = answer(content, "intended_use.affected_groups")
    affected = f"People are affected: {', '.join(groups)}." if persons and groups else None
    return [
        _brief(answer(content, "intended_use.primary_uses")),
        f"It {DecisionRole(role).words}." if role else None,
        f"Used by: {users}" if users else None,
        affected or ("No person is affected by its results." if persons is False else None),
    ]


def _results(content: Mapping[str, Any]) -> list[str | None]:
    rows = answer(content, "quantitative_analyses.results") or []
    said = [_count(row) for row in _in_plain_order(rows)]
    counts = [sentence for sentence in said if sentence][:_ROWS]
    if not counts:
        return []
    first = rows[0]
    return [*counts, _measured_on(first)]


def _groups(content: Mapping[str, Any]) -> list[str | None]:
    comparisons = answer(content, "quantitative_analyses.fairness") or []
    said: list[str | None] = []
    for comparison in comparisons:
        figures = [row for row in comparison.get("per_group") or [] if row.get("value") is not None]
        for row in sorted(figures, key=lambda row: row["value"])[:_ROWS]:
            who = f"cases with {comparison.get('attribute')} “{row.get('group')}”"
            said.append(_count({**row, "metric": comparison.get("metric")}, who))
        verdict = comparison.get("verdict")
        shown = f"Compared by {comparison.get('attribute')}: {GroupVerdict(verdict).words}." if verdict else None
        said += [shown, _brief(comparison.get("note"))]
    return said


def _risks(content: Mapping[str, Any]) -> list[str | None]:
    rows = answer(content, "ethical_considerations.risks") or []
    return [
        _joined(row.get("harm") or row.get("name"), "What is done about it:", row.get("mitigation"))
        for row in rows[:_ROWS]
    ]


def _business(content: Mapping[str, Any]) -> list[str | None]:
    case = answer(content, "intended_use.business") or {}
    cost = answer(content, "operations.cost_limit")
    return [_brief(case.get("problem")), _brief(case.get("value")), f"Cost limit: {_ended(cost)}" if cost else None]


def _trouble(content: Mapping[str, Any]) -> list[str | None]:
    oversight = answer(content, "operations.oversight") or {}
    watched = answer(content, "operations.monitoring") or []
    names = sorted({row["owner"] for row in watched if row.get("owner")})
    return [
        _brief(answer(content, "operations.rollback")),
        f"Watched by {', '.join(names)}." if names else None,
        f"{oversight['who'].rstrip('.')} can decide otherwise or stop it." if oversight.get("who") else None,
        _brief(oversight.get("contest")),
    ]


def _people(content: Mapping[str, Any]) -> list[str | None]:
    owners = answer(content, "model_details.owners") or []
    accountable = [row["name"] for row in owners if row.get("role") == "accountable" and row.get("name")]
    sponsor = (answer(content, "intended_use.business") or {}).get("sponsor")
    review = answer(content, "governance.next_review_at")
    return [
        f"{', '.join(accountable)} answers for it." if len(accountable) == 1 else None,
        f"{' and '.join(accountable)} answer for it." if len(accountable) > 1 else None,
        f"Sponsor: {_ended(sponsor)}" if sponsor else None,
        f"It is looked at again by {_day(review)}." if review else None,
    ]


def _in_plain_order(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    order = list(_OF_1000)
    counted = [row for row in rows if row.get("metric") in _OF_1000]
    return sorted(counted, key=lambda row: order.index(row["metric"]))


def _count(row: Mapping[str, Any], who: str = "cases") -> str | None:
    value = row.get("value")
    if value is None:
        return None
    return per_thousand(str(row.get("metric")), value, row.get("low"), row.get("high"), who)


def _measured_on(row: Mapping[str, Any]) -> str | None:
    rows = f"{row['n']:,} cases" if row.get("n") else "an unknown number of cases"
    return f"Measured on {rows} of {row['dataset']}." if row.get("dataset") else None


def _several(texts: Sequence[str] | None) -> list[str | None]:
    return [_brief(text) for text in (texts or [])[:_ROWS]]


def _joined(first: Any, link: str, second: Any) -> str | None:
    start, end = _brief(first), _brief(second)
    return f"{start} {link} {end}" if start and end else start


def _brief(text: Any) -> str | None:
    """Take the first paragraph, cut at a word, and end it as a sentence."""
    if not isinstance(text, str) or not text.strip():
        return None
    first = markdown.plain(text).split("\n\n")[0]
    if not first:
        return None
    if len(first) > _LONGEST:
        first = first[:_LONGEST].rsplit(" ", 1)[0] + " …"
    return _ended(first)


def _day(text: str) -> str:
    at = date.fromisoformat(text)
    return f"{at.day} {at:%B %Y}"


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
