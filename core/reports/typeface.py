"""The fonts of a report: Inter in two weights for text, IBM Plex Mono for fingerprints. Both are embedded.

Inter comes as one variable font, which ReportLab cannot set, so its two weights are cut from it once per process. Its
digits are replaced by the font's own tabular ones, so that columns of numbers align.
"""

import io
from functools import cache, lru_cache
from threading import Lock
from typing import Any

import fontpkg
from fontTools import subset
from fontTools.ttLib import TTFont as FontFile
from fontTools.varLib import instancer
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "Signoff-Regular"
STRONG = "Signoff-Strong"
MONO = "Signoff-Mono"

_WEIGHTS = {REGULAR: 400, STRONG: 600}
_COVERED = (
    (0x20, 0x24F),  # Latin
    (0x370, 0x52F),  # Greek and Cyrillic
    (0x1E80, 0x1EFF),  # Welsh and Vietnamese
    (0x2000, 0x2066),  # punctuation
    (0x20A0, 0x22FF),  # currencies, letterlike signs, arrows, mathematics
    (0x25A0, 0x25FF),  # geometric shapes
    (0x2713, 0x2717),  # ticks and crosses
)
_POSTSCRIPT_NAME = 6
_ONE_AT_A_TIME = Lock()
_DROPPED = ("GPOS", "GDEF", "STAT", "HVAR", "MVAR", "prep", "gasp")


@cache
def _family() -> tuple[bytes, frozenset[int]]:
    """Read Inter once: its wanted characters as a smaller variable font, and which characters those are."""
    font = FontFile(fontpkg.path("Inter"), recalcTimestamp=False)
    wanted = frozenset(point for point in font.getBestCmap() if any(a <= point <= b for a, b in _COVERED))
    options = subset.Options()
    options.layout_features = ["tnum"]
    options.drop_tables += list(_DROPPED)
    options.recalc_timestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    return _saved(font), wanted


def _saved(font: Any) -> bytes:
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def _with_tabular_digits(font: Any) -> None:
    """Let the digits' characters point at the glyphs that the `tnum` feature would choose."""
    table = font["GSUB"].table
    swaps: dict[str, str] = {}
    for record in table.FeatureList.FeatureRecord:
        for index in record.Feature.LookupListIndex:
            for rule in table.LookupList.Lookup[index].SubTable:
                swaps |= rule.mapping
    for part in font["cmap"].tables:
        part.cmap = {point: swaps.get(glyph, glyph) for point, glyph in part.cmap.items()}
    del font["GSUB"]


def _cut(weight: int) -> bytes:
    font = FontFile(io.BytesIO(_family()[0]), recalcTimestamp=False)
    instancer.instantiateVariableFont(font, {"wght": weight, "opsz": 14}, inplace=True)
    _with_tabular_digits(font)
    for record in font["name"].names:
        if record.nameID == _POSTSCRIPT_NAME:  # ReportLab tells embedded fonts apart by it
            record.string = f"Inter-{weight}"
    return _saved(font)


def register() -> None:
    """Make the report's fonts known to ReportLab; costs about a second, once per process."""
    with _ONE_AT_A_TIME:
        if MONO in pdfmetrics.getRegisteredFontNames():
            return
        for name, weight in _WEIGHTS.items():
            pdfmetrics.registerFont(TTFont(name, io.BytesIO(_cut(weight))))
        pdfmetrics.registerFont(TTFont(MONO, str(fontpkg.path("IBM Plex Mono"))))


def covers(character: str) -> bool:
    """Tell whether the text fonts have a character."""
    return ord(character) in _family()[1]


@cache
def _advances(font: str) -> dict[str, float]:
    """Width of every character of a font, for a size of one point."""
    register()
    face = pdfmetrics.getFont(font).face
    return {chr(point): advance / 1000 for point, advance in face.charWidths.items()}


def width(text: str, font: str, size: float) -> float:
    """Measure a line in points; the fonts are set without kerning, so widths add up."""
    return size * _ems(text, font)


@lru_cache(maxsize=16_384)
def _ems(text: str, font: str) -> float:
    advances = _advances(font)
    return sum(advances.get(character, 0.6) for character in text)
