"""An unsealed report: the same content gives the same bytes, and what people wrote stays text."""

import io
import json
import os
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from core.digest import of_bytes
from core.reports import twin
from core.reports.content import Fact, ReportContent
from core.reports.document import audit_report
from core.reports.pdf import render

HOSTILE = (
    '<a href="javascript:alert(1)">click</a><img src="/etc/passwd.png"><b>x',
    "</para><para><font color='[[[getattr(pow, Word)(\"x\")]]]'>exploit",
    "(\\) Tj ET /JS (app.alert(1)) /URI (http://evil.example) BT (",
    "\u202egnp.exe\u2066\u200b\x00\x07\x1b[31m\r\n\u2028=cmd|' /C calc'!A0",
    "𝕿𝖍𝖊 😀 中文 שלום مرحبا \ud800 \ue000 Z̸̡a̶l̷g̴o" + "\u0301" * 50,
    "x" * 20_000,
    "word " * 6_000,
    "\n" * 500 + "EMC Q endstream endobj trailer %%EOF",
    "{{7*7}} ${7*7} #{7*7} %s %n ../../etc/passwd ' OR 1=1 --",
    " ",
    "",
)


def poisoned(value, text):
    """Put `text` into every text of a report, at any depth."""
    if is_dataclass(value):
        return replace(
            value, **{item.name: poisoned(getattr(value, item.name), text) for item in fields(value) if item.init}
        )
    if isinstance(value, tuple):
        return tuple(poisoned(item, text) for item in value[:2])  # two of everything: each field is met, and quickly
    if type(value) is str:
        return text
    return value


def objects(data):
    """Every dictionary of a PDF, as text, without its streams."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [repr(item) for item in pdf.objects]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_in_every_field_stays_text(sample, text):
    data = render(audit_report(poisoned(sample, text))).pdf

    for name in ("/JS", "/JavaScript", "/Launch", "/URI", "/OpenAction", "/AA", "/GoToR", "/SubmitForm", "/RichMedia"):
        names = [item for item in objects(data) if f'"{name}"' in item]
        assert not names, name


def test_a_report_says_its_parts_in_order_and_carries_its_twin(sample):
    rendered = render(audit_report(sample))

    with pikepdf.open(io.BytesIO(rendered.pdf)) as pdf:
        attached = pdf.attachments["evidence.json"].get_file().read_bytes()
        with pdf.open_outline() as outline:
            parts = [item.title for item in outline.root]
    assert [part.split("  ")[1] for part in parts] == [
        "Summary",
        "Model card",
        "Evaluations",
        "Comparison with the champion",
        "Checks",
        "Findings",
        "Requests and reviews",
        "Timeline",
        "Lineage",
        "Monitoring",
        "Coverage of obligations",
        "Verification",
    ]
    assert of_bytes(attached) == rendered.evidence
    assert json.loads(attached)["log"]["size"] == sample.log.size
    assert attached == twin.twin(sample.log, sample)


def test_every_mark_on_a_page_is_part_of_the_structure_or_decoration(sample):
    with pikepdf.open(io.BytesIO(render(audit_report(sample)).pdf)) as pdf:
        for page in pdf.pages:
            depth = 0
            for instruction in pikepdf.parse_content_stream(page):
                operator = str(instruction.operator)
                depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(operator, 0)
                assert depth in {0, 1}
                assert operator not in {"Tj", "S", "f", "B"} or depth == 1
        roles = pdf.Root.StructTreeRoot.K[0].K
        assert len(roles) > 10


def test_every_page_of_a_demo_says_so(sample):
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(render(audit_report(sample)).pdf)).pages]

    assert len(pages) > 10
    assert all("Demo: simulated history" in page for page in pages)
    assert f"Page 2 of {len(pages)}" in pages[1]


def test_an_empty_record_is_said_in_words(sample):
    bare = ReportContent(
        title=sample.title, as_of=sample.as_of, log=sample.log, demo=False, summary=replace(sample.summary, facts=())
    )
    assert render(audit_report(bare)).pages >= 4


@pytest.mark.parametrize(("seed", "zone"), [("0", "UTC"), ("7", "Asia/Kolkata"), ("11", "America/New_York")])
def test_the_bytes_depend_on_the_content_alone(sample, seed, zone, tmp_path):
    script = (
        "import importlib.util, sys, hashlib; from pathlib import Path\n"
        "spec = importlib.util.spec_from_file_location('conftest', sys.argv[1])\n"
        "m = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(m)\n"
        "from core.reports.document import audit_report; from core.reports.pdf import render\n"
        "print(hashlib.sha256(render(audit_report(m.report())).pdf).hexdigest())"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(Path(__file__).with_name("conftest.py"))],
        env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C.UTF-8"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.strip()

    assert f"sha256:{told}" == of_bytes(render(audit_report(sample)).pdf)


def test_a_value_not_stated_is_printed_as_such(sample):
    silent = replace(sample, title=replace(sample.title, facts=(Fact("Owner", " "),)))
    assert render(audit_report(silent)).pdf != render(audit_report(sample)).pdf
