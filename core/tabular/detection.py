"""What each column probably means, guessed from its name and kind for a person to confirm."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from core.tabular.columns import ColumnKind
from core.tabular.reading import Column, Preview


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which column plays which part; None or empty where no column does.

    Attributes:
        id: names the case, once per row.
        label: what happened or is true.
        prediction: what the model decided.
        score: probability or number the decision rests on.
        scores: one score column per class, for several classes; pairs of class and column.
        groups: columns to compare people or cases by.
        weight: how much a row counts.
        cluster: rows that share a value are not independent (patient, customer, day).
        time: when it was predicted.
    """

    id: str | None = None
    label: str | None = None
    prediction: str | None = None
    score: str | None = None
    scores: tuple[tuple[str, str], ...] = field(default=())
    groups: tuple[str, ...] = field(default=())
    weight: str | None = None
    cluster: str | None = None
    time: str | None = None

    def used(self) -> tuple[str, ...]:
        """All columns that play a part, each once, in a fixed order."""
        single = (self.id, self.label, self.prediction, self.score, self.weight, self.cluster, self.time)
        several = [column for _, column in self.scores] + list(self.groups)
        return tuple(dict.fromkeys([column for column in single if column is not None] + several))

    def unused(self, columns: Iterable[str]) -> tuple[str, ...]:
        """The columns that play no part; they are dropped before anything is stored."""
        used = set(self.used())
        return tuple(column for column in columns if column not in used)


_NUMERIC = frozenset({ColumnKind.WHOLE, ColumnKind.NUMBER})
_ANY = frozenset(ColumnKind) - {ColumnKind.EMPTY}
_DECIDED = _ANY - {ColumnKind.MOMENT}
# Most telling parts first; a column plays one part only, and the parts are settled in this order. Names are compared
# in lower case with underscores; a pattern has to cover the whole name.
_PARTS: tuple[tuple[str, frozenset[ColumnKind], tuple[str, ...]], ...] = (
    (
        "id",
        _ANY - {ColumnKind.TRUTH},
        (r"(row_?|record_?)?(id|uuid|guid|key)", r".+_(id|uuid|key|no)", r"index|column_1|case|application"),
    ),
    (
        "score",
        _NUMERIC,
        (
            r"(y_)?(score|prob|proba|probability|p_?hat|confidence|likelihood)s?",
            r"p|(p|score|prob|proba|probability)_.+",
            r".+_(score|prob|proba|probability)",
        ),
    ),
    (
        "prediction",
        _DECIDED,
        (
            r"(y_)?(pred|predicted|prediction)(_?(label|class))?",
            r"y_?hat|decision|output|forecast|estimate",
            r"predicted_.+|.+_(pred|predicted|prediction|decision)",
        ),
    ),
    (
        "label",
        _DECIDED,
        (
            r"(y_)?(label|target|truth|true|actual|outcome|observed|ground_?truth|class|gold)",
            r"y|(actual|true)_.+",
            r".+_(label|actual|outcome|truth)",
        ),
    ),
    ("weight", _NUMERIC, (r"(sample_?|case_?|survey_?)?weights?|w",)),
    ("time", frozenset({ColumnKind.MOMENT}), (r".*",)),
    (
        "cluster",
        _ANY,
        (r"cluster|day|date", r"(patient|customer|subject|household|hospital|site|account|person|user|client)(_?id)?"),
    ),
)
_GROUP = re.compile(
    r"(.*_)?(group|sex|gender|race|ethnicity|ethnic|age_?(group|band|class)|region|country|state|segment|origin|carrier|"
    r"nationality|religion|disability|language|marital|site|hospital|skin|device)(_.*)?"
)
_PATTERNS = {part: re.compile("|".join(patterns)) for part, _, patterns in _PARTS}


def guess(preview: Preview) -> Mapping:
    """Guess the mapping of a file from its headline; a person or a spec confirms or corrects it."""
    distinct = {column.name: len({row[place] for row in preview.rows}) for place, column in enumerate(preview.columns)}
    return guess_columns(preview.columns, distinct, len(preview.rows))


def guess_columns(columns: Sequence[Column], distinct: dict[str, int] | None = None, rows: int = 0) -> Mapping:
    """Guess the mapping from names and kinds.

    Args:
        columns: names and kinds.
        distinct: how many different values each column shows among the first rows; an identifier shows as many as rows.
        rows: how many rows were looked at.
    """
    free = {column.name: column.kind for column in columns}
    found: dict[str, str] = {}
    for part, kinds, _ in _PARTS:
        matches = [name for name, kind in free.items() if kind in kinds and _PATTERNS[part].fullmatch(_plain(name))]
        if part == "id" and distinct and rows > 1:
            matches = [name for name in matches if distinct[name] == rows]
        if matches and not (part == "score" and len(matches) > 2):
            found[part] = matches[0]
            del free[matches[0]]
    scores = _class_scores(free) if "score" not in found else ()
    taken = {column for _, column in scores}
    groups = tuple(
        name
        for name, kind in free.items()
        if name not in taken and kind not in {ColumnKind.NUMBER, ColumnKind.EMPTY} and _GROUP.fullmatch(_plain(name))
    )
    return replace(Mapping(), **found, scores=scores, groups=groups)


def _class_scores(free: dict[str, ColumnKind]) -> tuple[tuple[str, str], ...]:
    shape = re.compile(r"(?:p|prob|proba|probability|score)_(.+)", re.IGNORECASE)
    pairs = [(match[1], name) for name, kind in free.items() if kind in _NUMERIC and (match := shape.fullmatch(name))]
    return tuple(pairs) if len(pairs) > 2 else ()


def _plain(name: str) -> str:
    # applicationId, Application-ID and application id are one name.
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[\s.\-]+", "_", split).lower()
