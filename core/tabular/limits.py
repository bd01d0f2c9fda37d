"""How much of an untrusted file is looked at before it is refused."""

from dataclasses import dataclass

MEBI = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one upload; a deployment may widen them, a file never can.

    Attributes:
        size: bytes of the file as it arrives.
        columns: columns of the table.
        cells: rows times columns.
        text: UTF-8 bytes of all text in the table once decoded. It is what stops a small file of
            dictionary-encoded strings that would unfold to hundreds of gigabytes.
        cell_text: UTF-8 bytes of a single cell.
        memory: bytes of address space of the process that parses.
        seconds: processor seconds, and twice as many by the wall, of the process that parses.
    """

    size: int = 400 * MEBI
    columns: int = 2_000
    cells: int = 50_000_000
    text: int = 512 * MEBI
    cell_text: int = 32_768
    memory: int = 3_072 * MEBI
    seconds: int = 60


DEFAULT = Limits()
