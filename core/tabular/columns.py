"""Columns of a table that was just parsed: their names, their plain types, what is missing in them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

import pyarrow as pa
import pyarrow.compute as pc

from core.errors import EvidenceError
from core.tabular.limits import Limits


class ColumnKind(StrEnum):
    """What a column holds, in the few kinds that matter here."""

    WHOLE = "whole"
    NUMBER = "number"
    TEXT = "text"
    TRUTH = "truth"
    MOMENT = "moment"
    EMPTY = "empty"

    @property
    def words(self) -> str:
        """How a person would say it."""
        return {
            ColumnKind.WHOLE: "whole numbers",
            ColumnKind.NUMBER: "numbers",
            ColumnKind.TEXT: "text",
            ColumnKind.TRUTH: "yes or no",
            ColumnKind.MOMENT: "date or time",
            ColumnKind.EMPTY: "nothing",
        }[self]


def kind_of(type_: pa.DataType) -> ColumnKind:
    """Tell the kind of an Arrow type that `plain` produced."""
    if pa.types.is_boolean(type_):
        return ColumnKind.TRUTH
    if pa.types.is_integer(type_):
        return ColumnKind.WHOLE
    if pa.types.is_floating(type_):
        return ColumnKind.NUMBER
    if pa.types.is_temporal(type_):
        return ColumnKind.MOMENT
    if pa.types.is_null(type_):
        return ColumnKind.EMPTY
    return ColumnKind.TEXT


def names(written: Sequence[str], source: str, limits: Limits) -> list[str]:
    """Settle the names of the columns: trimmed, in NFC, visible, and each one once.

    Args:
        written: the names as they stand in the file.
        source: what the sender called the file.
        limits: how many columns there may be.

    Raises:
        EvidenceError: no column, too many, a name twice, or characters in a name that cannot be seen.
    """
    if not written:
        raise EvidenceError(f"{source} has no columns.", "Put the names of the columns into the first line.")
    if len(written) > limits.columns:
        raise EvidenceError(
            f"{source} has {len(written):,} columns; at most {limits.columns:,} are accepted.",
            "Keep the identifier, the prediction, the score and the columns to compare groups by.",
        )
    # Data frames write their nameless index as an empty first name.
    settled = [
        " ".join(unicodedata.normalize("NFC", name).split()) or f"column_{place}"
        for place, name in enumerate(written, start=1)
    ]
    for place, name in enumerate(settled, start=1):
        if len(name) > 200 or any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co"} for letter in name):
            raise EvidenceError(
                f"The name of column {place} in {source} is too long or holds characters that cannot be seen.",
                "Use short, plain column names.",
            )
    twice = [name for name, count in Counter(settled).items() if count > 1]
    if twice:
        shown = ", ".join(repr(name) for name in twice[:5])
        raise EvidenceError(f"{source} has several columns called {shown}.", "Give every column a name of its own.")
    return settled


def choose(settled: Sequence[str], wanted: Sequence[str] | None, source: str) -> list[str]:
    """Pick the columns to keep, in the order asked for.

    Raises:
        EvidenceError: a column asked for is not in the file.
    """
    if wanted is None:
        return list(settled)
    if absent := [name for name in wanted if name not in settled]:
        there = ", ".join(settled[:12]) + (" …" if len(settled) > 12 else "")
        raise EvidenceError(
            f"{source} has no column {', '.join(repr(name) for name in absent[:5])}.", f"It has: {there}."
        )
    return list(dict.fromkeys(wanted))


def nested(type_: pa.DataType) -> bool:
    """Tell whether values of this type are lists, structs or raw bytes."""
    raw = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    return bool(pa.types.is_nested(type_) or type_ == pa.binary_view() or any(test(type_) for test in raw))


def no_single_value(name: str, source: str, type_: pa.DataType) -> EvidenceError:
    """Word the refusal of a column whose values are no single thing."""
    return EvidenceError(
        f"Column {name!r} of {source} holds {type_}, which is no single number, word or moment.",
        "Leave the column out, or write it as text or numbers.",
    )


def plain(column: pa.ChunkedArray, name: str, source: str) -> pa.ChunkedArray:
    """Bring a column to one of the plain types: int64, uint64, float64, bool, string, date or timestamp.

    NaN becomes missing, in every format alike; infinities stay and are reported by `core.tabular.checks`.

    Raises:
        EvidenceError: lists, structs, binary and other values that are no single number, word or moment.
    """
    type_ = column.type
    if pa.types.is_dictionary(type_):
        return plain(column.cast(type_.value_type), name, source)
    if pa.types.is_floating(type_):
        numbers = column.cast(pa.float64())
        return pc.if_else(pc.is_nan(numbers), pa.scalar(None, pa.float64()), numbers)
    if (target := _plain_type(type_)) is None:
        raise no_single_value(name, source, type_)
    # Nanoseconds are cut and decimals rounded, so that every moment and every number compares with every other.
    return column if target == type_ else column.cast(target, safe=False)


def _plain_type(type_: pa.DataType) -> pa.DataType | None:
    if type_ in {pa.bool_(), pa.uint64(), pa.null()}:
        return type_
    if pa.types.is_timestamp(type_):
        return pa.timestamp("us", tz=type_.tz)
    kinds = (
        (pa.types.is_integer, pa.int64()),
        (pa.types.is_decimal, pa.float64()),
        (pa.types.is_date, pa.date32()),
        (pa.types.is_string, pa.string()),
        (pa.types.is_large_string, pa.string()),
        (pa.types.is_string_view, pa.string()),
    )
    return next((target for test, target in kinds if test(type_)), None)


_MISSING = pa.array(["NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "None", "<NA>", ""])
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?(Z|[+-]\d\d:?\d\d)?")
_LEADING_ZERO = r"^[+-]?0[0-9]"


def typed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Find the type of a text column from all of its values, as CSV carries none.

    Numbers with leading zeros stay text, because `007` and `7` are two identifiers; so do whole numbers that
    64 bits cannot hold. Words for missing values (NA, null, NaN …) are missing among numbers and moments; among
    text they may be a name or a country and stay.

    Args:
        column: strings, null where the cell was empty.

    Returns:
        The column as int64, float64, bool, timestamp or date, or unchanged when it is text.
    """
    if (converted := _converted(column)) is not None:
        return converted
    masked = pc.if_else(pc.is_in(column, value_set=_MISSING), pa.scalar(None, pa.string()), column)
    if masked.null_count > column.null_count and (converted := _converted(masked)) is not None:
        return converted
    return column


def _converted(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    first = next((value.as_py() for chunk in column.chunks for value in chunk.drop_null()[:1]), None)
    if first is None:
        return None
    if (zoned := moment_zone(first)) is not None:
        return moments(column, zoned=zoned)
    for target in (pa.int64(), pa.float64(), pa.bool_()):
        if (converted := _cast(column, target)) is not None:
            if target != pa.bool_() and _would_lose_digits(column, converted):
                return None
            return converted
    return None


def _would_lose_digits(text: pa.ChunkedArray, numbers: pa.ChunkedArray) -> bool:
    if pc.any(pc.match_substring_regex(text, _LEADING_ZERO + r"+$")).as_py():
        return True
    if numbers.type != pa.float64():
        return False
    wide = pc.greater(pc.abs(numbers), 9.2e18)
    return bool(pc.any(pc.and_(wide, pc.match_substring_regex(text, r"^[+-]?[0-9]+$"))).as_py())


def moment_zone(text: str) -> bool | None:
    """Tell whether ISO 8601 text carries an offset; None when it is no moment at all."""
    match = _MOMENT.fullmatch(text)
    return None if match is None else match[1] is not None


def moments(column: pa.ChunkedArray, *, zoned: bool) -> pa.ChunkedArray | None:
    """Read ISO 8601 text as moments, in UTC where it carries an offset; None when any of it is something else."""
    if zoned:
        return _cast(column, pa.timestamp("us", tz="UTC"))
    dates = _cast(column, pa.date32())
    return dates if dates is not None else _cast(column, pa.timestamp("us"))


def _cast(column: pa.ChunkedArray, target: pa.DataType) -> pa.ChunkedArray | None:
    try:
        return pc.cast(column, target)
    except pa.ArrowInvalid:
        return None
