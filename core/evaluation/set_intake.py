"""From an untrusted file to an evaluation set, before any lock is taken."""

from dataclasses import dataclass
from pathlib import Path

from core import digest
from core.errors import EvidenceError, InputError
from core.evaluation import kept
from core.evaluation.provenance import Independence
from core.evaluation.upload import Columns, DataName
from core.registry.address import slug
from core.registry.version import Task
from core.store.store import Store
from core.tabular import reading
from core.tabular.limits import DEFAULT, Limits


@dataclass(frozen=True, slots=True)
class SetDescription:
    """What a validator states when registering an evaluation set.

    Attributes:
        name: name in addresses and policies.
        task: what its labels are for.
        columns: which column plays which part; id and label are needed, predictions have no place here.
        dataset: the data these rows come from.
        description: a few sentences.
        independence: how far the rows stand from training.
        independence_reason: how that is known.
    """

    name: str
    task: Task
    columns: Columns
    dataset: DataName
    description: str = ""
    independence: Independence = Independence.UNKNOWN
    independence_reason: str = ""


@dataclass(frozen=True, slots=True)
class PreparedSet:
    """An evaluation set that was read and waits to be registered; its bytes are already among the files."""

    said: SetDescription
    file_digest: digest.Digest
    blob: digest.Digest
    rows: int
    classes: list[str]


def prepare_set(store: Store, source: Path, name: str, said: SetDescription, limits: Limits = DEFAULT) -> PreparedSet:
    """Read the rows of an evaluation set; changes nothing that anybody can see.

    Raises:
        InputError: the description lacks an id or a label column, or has no usable name.
        EvidenceError: the file cannot serve as a set: ids missing or twice, labels missing, one class only.
    """
    slug(said.name, "evaluation set")
    columns = said.columns
    if columns.id is None or columns.label is None:
        raise InputError("An evaluation set needs ids and labels.", "Name the column of ids and the column of labels.")
    if columns.prediction or columns.score or columns.scores:
        raise InputError("An evaluation set holds no predictions.", "Leave those columns out.")
    table = reading.read(source, name, limits, columns.used())
    ours = kept.keep(table, columns, said.task, store.pseudonyms, f"evaluation_set:{said.name}")
    classes: list[str] = []
    if said.task is not Task.REGRESSION:
        classes = sorted(kept.texts(ours["label"])[1])
        if len(classes) < 2:
            raise EvidenceError(f"Every row has the label {classes[0]!r}.", "A set needs rows of every class.")
        if said.task is Task.BINARY and len(classes) > 2:
            raise EvidenceError(
                f"The label has {len(classes)} values; a yes-or-no task has two.",
                "Choose the task with several classes, or another column.",
            )
    blob = store.blobs.put(kept.written(ours))
    return PreparedSet(said, digest.of_file(source), blob, ours.num_rows, classes)
