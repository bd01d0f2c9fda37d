"""The process that meets untrusted bytes: bounded memory and time, no secrets in its environment, one answer.

Started by `core.tabular.reading` as `python -m core.tabular.child`. It reads one job as JSON from standard input,
writes the table as an Arrow file and answers on standard output with `{}` or with the two halves of a refusal.
"""

import json
import os
import sys

import pyarrow as pa

from core.errors import GovernanceError
from core.tabular import delimited, json_lines, parquet
from core.tabular.content import Format
from core.tabular.job import Job
from core.tabular.limits import Limits

PARSERS = {Format.CSV: delimited.parse, Format.PARQUET: parquet.parse, Format.JSON_LINES: json_lines.parse}


def bound(limits: Limits) -> None:
    """Give this process no more memory and processor time than the limits allow; no effect where that is unknown."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  # exists on POSIX only

    for what, value in ((resource.RLIMIT_AS, limits.memory), (resource.RLIMIT_CPU, limits.seconds)):
        _, hard = resource.getrlimit(what)
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(what, (ceiling, ceiling))
        except (OSError, ValueError):  # macOS refuses a limit on address space
            continue
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def work(job: Job, target: str) -> dict[str, str]:
    """Do one job: parse, check, write the Arrow file to `target`.

    Returns:
        An empty answer, or `problem` and `fix` of the refusal.
    """
    try:
        table = PARSERS[job.format](job).slice(0, job.rows)
        with pa.ipc.new_file(target, table.schema) as writer:
            writer.write_table(table)
    except GovernanceError as refusal:
        return {"problem": refusal.problem, "fix": refusal.fix}
    except MemoryError:
        return too_much_memory(job.name, job.limits)
    return {}


def too_much_memory(name: str, limits: Limits) -> dict[str, str]:
    """Word the refusal of a file that unfolds to more than the process may hold."""
    return {
        "problem": f"{name} needs more than {limits.memory / 1e9:,.1f} GB of memory to be read.",
        "fix": "Leave out columns that are not needed, or send fewer rows.",
    }


if __name__ == "__main__":
    given = json.load(sys.stdin)
    wanted = Job.from_json(given["job"])
    bound(wanted.limits)
    pa.set_cpu_count(2)
    sys.stdout.write(json.dumps(work(wanted, given["target"])))
    sys.stdout.flush()
    # The answer is out; taking threads and memory apart one by one would only cost time.
    os._exit(0)
