"""A policy as it was written: YAML read into plain values, with the line of every part kept."""

from dataclasses import dataclass, field

import yaml

Path = tuple[str | int, ...]
"""Where a part stands, from the root down: `("stages", "production", "rules", 2, "metric")`."""

LONGEST = 256 * 1024
DEEPEST = 32
_PREFIX = "tag:yaml.org,2002:"
_KNOWN = {"map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value"}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that keeps a policy from being used, and where it stands."""

    line: int
    column: int
    place: str
    message: str

    def __str__(self) -> str:
        where = f" ({self.place})" if self.place else ""
        return f"line {self.line}{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Source:
    """Plain values (dict, list, str, int, float, bool, None) and the line and column of each, counted from 1."""

    value: object
    marks: dict[Path, tuple[int, int]]
    problems: list[Problem] = field(default_factory=list)

    def problem(self, path: Path, message: str) -> Problem:
        """Say `message` at the nearest part of `path` that was written."""
        known = path
        while known and known not in self.marks:
            known = known[:-1]
        line, column = self.marks.get(known, (1, 1))
        return Problem(line, column, place(path), message)


def place(path: Path) -> str:
    """Write a path the way people point at it.

    >>> place(("stages", "production", "rules", 0, "metric"))
    'stages.production.rules[1].metric'
    """
    written = ""
    for step in path:
        written += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if written else step
    return written


def read(text: str) -> Source:
    """Read YAML strictly: one document, no aliases, no tags, no repeated keys, finite numbers.

    YAML 1.1 surprises are off: `on`, `yes` and dates stay text, `1:30` is no number.

    Args:
        text: what was written; at most 256 KiB.
    """
    if len(text.encode()) > LONGEST:
        return Source(None, {}, [Problem(1, 1, "", "The text is longer than 256 KiB.")])
    try:
        events = _without_aliases(text)
        if events:
            return Source(None, {}, events)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return Source(None, {}, [Problem(*at, "", f"This is not YAML: {broken.problem or broken.context}.")])
    except yaml.YAMLError as broken:
        return Source(None, {}, [Problem(1, 1, "", f"This is not YAML: {' '.join(str(broken).split())}.")])
    if node is None:
        return Source(None, {}, [Problem(1, 1, "", "The document is empty.")])
    source = Source(None, {})
    value = _plain(node, (), source)
    return Source(value, source.marks, source.problems)


def _without_aliases(text: str) -> list[Problem]:
    """Refuse aliases and deep nesting before a tree is built; a few lines of them can stand for billions of nodes."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        mark = event.start_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if isinstance(event, yaml.AliasEvent):
            return [Problem(line, column, "", "Aliases (*name) are not used in policies; write the value out.")]
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            return [Problem(line, column, "", f"Nested deeper than {DEEPEST} levels.")]
    return []


def _plain(node: yaml.Node, path: Path, source: Source) -> object:
    source.marks[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if node.tag.removeprefix(_PREFIX) not in _KNOWN:
        source.problems.append(source.problem(path, f"The tag {node.tag} is not used in policies."))
        return None
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, source)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*path, index), source) for index, child in enumerate(node.value)]
    return _scalar(node, path, source)


def _mapping(node: yaml.MappingNode, path: Path, source: Source) -> dict[str, object]:
    found: dict[str, object] = {}
    for key_node, child in node.value:
        at = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        key = key_node.value
        if not isinstance(key_node, yaml.ScalarNode) or not isinstance(key, str):
            source.problems.append(Problem(*at, place(path), "A key has to be a plain word."))
            continue
        if key in found:
            source.problems.append(Problem(*at, place((*path, key)), f"{key!r} is written twice."))
            continue
        found[key] = _plain(child, (*path, key), source)
        # A problem with an entry points at its key, where the eye looks first.
        source.marks[(*path, key)] = at
    return found


def _scalar(node: yaml.Node, path: Path, source: Source) -> object:
    text = str(node.value)
    kind = node.tag.removeprefix(_PREFIX)
    if kind == "null":
        return None
    if kind == "bool" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if kind in {"int", "float"}:
        return _number(text, path, source)
    return text


def _number(text: str, path: Path, source: Source) -> object:
    bare = text.lstrip("+-")
    if bare.isdecimal() and bare.isascii() and len(bare) <= 15:
        return int(text)
    try:
        number = float(text)
    except ValueError:
        # .inf and .nan are floats for YAML 1.1; sexagesimal and hexadecimal integers stay text.
        if bare.lower() in {".inf", ".nan"}:
            source.problems.append(source.problem(path, f"{text} is not a number a limit can stand on."))
        return text
    if number not in {float("inf"), float("-inf")} and number == number:  # noqa: PLR0124  NaN differs from itself
        return number
    source.problems.append(source.problem(path, f"{text} is not a number a limit can stand on."))
    return text
