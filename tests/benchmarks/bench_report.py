"""A report of 30 pages and more with 10 charts: laid out, sealed, verified; and what one more flipped byte costs.

Run it alone: `python tests/benchmarks/bench_report.py [repeats]`. It prints figures and judges nothing.
"""

import importlib.util
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from types import ModuleType

from core.reports import seal, twin, typeface, verify
from core.reports.content import ReportContent
from core.reports.document import audit_report
from core.reports.pdf import render


def sample() -> ModuleType:
    """The invented report of the tests."""
    path = Path(__file__).parents[1] / "core" / "reports" / "conftest.py"
    spec = importlib.util.spec_from_file_location("sample_report", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def large(content: ReportContent) -> ReportContent:
    """The same with two evaluations, of ten charts together, and a long history."""
    [evaluation] = content.evaluations
    five = replace(evaluation, figures=evaluation.figures[:5])
    return replace(
        content, evaluations=(five, five), timeline=content.timeline * 8, requests=content.requests * 4, demo=False
    )


def timed(what: str, run: Callable[[], object], repeats: int) -> float:
    """Print the median and the best of some runs, in seconds of the wall and of the processor."""
    walls, processors = [], []
    for _ in range(repeats):
        wall, processor = time.perf_counter(), time.process_time()
        run()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    print(f"{what:<32} {median(walls):8.3f} s wall   {median(processors):8.3f} s cpu   best {min(walls):.3f} s")
    return median(processors)


def main(repeats: int) -> None:
    """Time each step."""
    module = sample()
    content = large(module.report())
    began = time.perf_counter()
    typeface.register()
    typeface.covers("é")
    print(f"{'fonts, once per process':<32} {time.perf_counter() - began:8.3f} s wall")
    key = seal.generate(content.log.origin, content.as_of)
    endorsed = key.endorsed(content.log.origin, [module.SIGNER])
    document = audit_report(content)
    rendered = render(document, endorsed)
    charts = sum(len(evaluation.figures) for evaluation in content.evaluations)
    print(f"{rendered.pages} pages, {charts} charts of evaluations and one of monitoring, {len(rendered.pdf):,} bytes")
    laid_out = timed("laid out, tagged, twin attached", lambda: render(document, endorsed), repeats)
    plain = timed("of which the twin alone", lambda: twin.twin(content.log, content, endorsed), repeats)
    sealed = seal.seal(rendered.pdf, key, content.as_of, content.log.origin)
    timed("sealed", lambda: seal.seal(rendered.pdf, key, content.as_of, content.log.origin), repeats)
    timed("verified", lambda: verify.verify_pdf(sealed, [module.SIGNER.verifier]), repeats)
    print(f"layout takes {laid_out / plain:.0f} times the canonical JSON of the same content")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
