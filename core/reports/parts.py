"""The parts of a report about evidence: summary, card, evaluations, comparison, checks, monitoring."""

from collections.abc import Sequence
from itertools import pairwise

from core.reports import style as look
from core.reports.content import (
    Card,
    Comparison,
    Estimate,
    Evaluation,
    Fact,
    Gate,
    GroupTable,
    Mark,
    Monitoring,
    Movement,
    Summary,
)
from core.reports.grid import Column
from core.reports.story import Story
from core.reports.writing import UNKNOWN, count, interval, number, signed


def summary(story: Story, content: Summary) -> None:
    """Say in plain words what was decided and what to look at."""
    story.part("Summary")
    story.prose(content.headline, look.LEAD)
    story.section("What deserves attention")
    if content.concerns:
        story.bullets(content.concerns)
    else:
        story.prose("Nothing was found: no check is open, no finding blocks, nothing changed since anybody signed.")
    if content.facts:
        story.section("At a glance")
        story.facts(content.facts)
    for passage in content.passages:
        story.section(passage.heading, room=70)
        story.bullets(passage.sentences)


def card(story: Story, content: Card | None) -> None:
    """Print the whole model card."""
    story.part("Model card")
    if content is None:
        story.prose("No model card was saved for this version.")
        return
    story.facts(content.facts)
    if content.missing:
        story.section("What the next stage still lacks")
        story.bullets(content.missing)
    for section in content.sections:
        if section.fields:
            story.section(section.title)
            story.facts(section.fields)
    silent = [f"{section.title} ({section.state.word})" for section in content.sections if not section.fields]
    if silent:
        story.section("Sections without any answer")
        story.prose("; ".join(silent) + ".")


_HOW_MEASURED = (
    "Intervals are two-sided. Recomputed means that Signoff calculated the number from predictions; the provenance of "
    "each evaluation says whose labels it used."
)


def evaluations(story: Story, content: Sequence[Evaluation]) -> None:
    """Print every current evaluation with intervals, groups and charts."""
    story.part("Evaluations")
    if not content:
        story.prose("Nothing was measured for this version.")
        return
    story.prose(_HOW_MEASURED, look.NOTE)
    for evaluation in content:
        story.section(evaluation.title, room=170)
        story.facts(evaluation.facts)
        _estimates(story, evaluation.estimates)
        story.figures(evaluation.figures)
        for table in evaluation.groups:
            _groups(story, table)
        story.notes(evaluation.notes)


def _estimates(story: Story, estimates: Sequence[Estimate]) -> None:
    claimed = any(estimate.reported is not None for estimate in estimates)
    columns = [
        Column("Metric", 2.5, style=look.CELL_STRONG),
        Column("Value", 1.0, right=True),
        *([Column("Reported", 1.0, right=True)] if claimed else []),
        Column("Interval", 1.8, right=True),
        Column("Level", 0.7, right=True),
        Column("n", 0.9, right=True),
        Column("Method", 2.2, style=look.CELL_QUIET),
    ]
    rows = []
    for estimate in estimates:
        reported = "–" if estimate.reported is None else number(estimate.reported)
        rows.append(
            [
                estimate.metric,
                number(estimate.value),
                *([reported] if claimed else []),
                interval(estimate.low, estimate.high),
                "–" if estimate.level is None or estimate.low is None else f"{estimate.level * 100:g} %",
                count(estimate.n),
                estimate.method or "–",
            ]
        )
    story.table(columns, rows)


_METRICS_ABREAST = 4


def _groups(story: Story, table: GroupTable) -> None:
    """Print one attribute's groups, at most four metrics abreast."""
    story.block(f"By {table.attribute}: value, interval and n", room=110)
    for chosen in _abreast(len(table.metrics)):
        columns = [
            Column("Group", 1.3, style=look.CELL_STRONG),
            *(Column(table.metrics[index], 1.6, right=True) for index in chosen),
        ]
        rows = [
            [group, *(_group_cell(cells[index]) for index in chosen)]
            for group, cells in zip(table.groups, table.cells, strict=True)
        ]
        story.table(columns, rows)


def _abreast(metrics: int) -> list[range]:
    """Share metrics out evenly over as few tables as hold them: five stand as three and two."""
    tables = -(-metrics // _METRICS_ABREAST)
    edges = [round(metrics * table / tables) for table in range(tables + 1)]
    return [range(start, end) for start, end in pairwise(edges)]


def _group_cell(estimate: Estimate) -> str:
    if estimate.value is None:
        return f"{UNKNOWN}\nn = {count(estimate.n)}"
    ends = "" if estimate.low is None or estimate.high is None else f"\n{interval(estimate.low, estimate.high)}"
    return f"{number(estimate.value)}{ends}\nn = {count(estimate.n)}"


def comparisons(story: Story, content: Sequence[Comparison]) -> None:
    """Print the head to head with the version in charge, for each set that both were measured on."""
    story.part("Comparison with the champion")
    if not content:
        story.prose("There is no comparison: no other version is in charge, or both were never measured on one set.")
        return
    columns = [
        Column("Metric", 1.9, style=look.CELL_STRONG),
        Column("Champion", 0.95, right=True),
        Column("This version", 1.05, right=True),
        Column("Difference", 1.0, right=True),
        Column("Interval", 1.75, right=True),
        Column("Margin", 0.75, right=True),
        Column("Verdict", 1.5),
    ]
    for one in content:
        story.section(one.title)
        story.facts(one.facts)
        rows: list[list[str | Mark]] = [
            [
                row.metric,
                number(row.champion),
                number(row.candidate),
                signed(row.difference),
                "–" if row.low is None or row.high is None else f"{signed(row.low)} to {signed(row.high)}",
                number(row.margin) if row.margin is not None else "–",
                row.verdict,
            ]
            for row in one.differences
        ]
        story.table(columns, rows)
        story.notes(one.notes)


def gates(story: Story, content: Sequence[Gate]) -> None:
    """Print every rule, what it measured and what would clear it."""
    story.part("Checks")
    if not content:
        story.prose("No policy governed this version when the report was made. A gate without rules never opens.")
        return
    for gate in content:
        story.section(gate.title)
        checks(story, gate)


def checks(story: Story, gate: Gate) -> None:
    """Print the answer of every rule of one gate."""
    story.facts([Fact("Outcome", gate.verdict.word), *gate.facts])
    columns = [
        Column("Rule", 2.0, style=look.CELL_STRONG),
        Column("Strength", 0.85, style=look.CELL_QUIET),
        Column("Verdict", 1.15),
        Column("Measured", 1.85),
        Column("Threshold", 1.7),
        Column("Evidence", 1.6, style=look.CELL_QUIET),
    ]
    rows: list[list[str | Mark]] = [
        [
            check.rule,
            check.strength,
            check.verdict,
            check.measured or UNKNOWN,
            check.threshold or "–",
            check.evidence or "–",
        ]
        for check in gate.checks
    ]
    story.table(columns, rows)
    remedies = [f"{check.rule}: {check.remedy}" for check in gate.checks if check.remedy]
    if remedies:
        story.block("What would clear them, and what was accepted")
        story.bullets(remedies)


def monitoring(story: Story, content: Monitoring | None) -> None:
    """Print how the version behaved in use."""
    story.part("Monitoring")
    if content is None:
        story.prose("No predictions were logged for this version.")
        return
    story.facts(content.facts)
    story.figures(content.figures)
    columns = [
        Column("Window", 60, style=look.CELL_STRONG),
        Column("Rows", 33, right=True),
        Column("Unresolved", 46, right=True),
        Column("Observed", 40, right=True),
        Column("Expected", 40, right=True),
        Column("Observed / expected", 66, right=True),
        Column("Inputs moved", 38, style=look.CELL_QUIET),
        Column("Verdict", 72),
    ]
    rows: list[list[str | Mark]] = [
        [
            window.label,
            count(window.rows),
            count(window.unresolved),
            number(window.observed),
            number(window.expected),
            number(window.ratio)
            + ("" if window.ratio_low is None else f"\n{interval(window.ratio_low, window.ratio_high)}"),
            window.inputs or "–",
            window.verdict,
        ]
        for window in content.windows
    ]
    story.table(columns, rows)
    _movements(story, content.inputs)
    story.notes(content.notes)


def _movements(story: Story, inputs: Sequence[Movement]) -> None:
    """Print for each input the window in which it moved most; more than chance and enough to matter are two things."""
    if not inputs:
        return
    story.section("Inputs against the baseline")
    columns = [
        Column("Input", 1.6, style=look.CELL_STRONG),
        Column("Windows judged", 0.95, right=True),
        Column("Moved", 0.75, right=True),
        Column("Largest in", 1.15),
        Column("PSI there", 0.9, right=True),
        Column("No drift gives up to", 1.15, right=True),
        Column("KS there", 0.9, right=True),
        Column("Verdict there", 1.5),
    ]
    rows: list[list[str | Mark]] = [
        [
            one.name,
            count(one.judged),
            count(one.moved),
            one.window,
            number(one.stability_index),
            number(one.chance),
            "–" if one.distance is None else number(one.distance),
            one.verdict,
        ]
        for one in inputs
    ]
    story.table(columns, rows)
