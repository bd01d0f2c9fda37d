"""The list of files of a model that is a folder, as OpenSSF's model_signing writes it into `model.sig`.

Its root is one fingerprint for all files: SHA-256 over their digests, in the order of their names. The names are not
in it, so a file could be renamed beside its neighbour; the fingerprint of the list itself is kept with the root.

Source: https://github.com/sigstore/model-transparency, model_signing 1.1.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core import digest
from core.audit.dsse import Envelope
from core.digest import Digest
from core.errors import EvidenceError, InputError
from core.tabular import strict_json

FILE: Final = "model.sig"
PREDICATE_TYPE: Final = "https://model_signing/signature/v1.0"
_AGAIN: Final = "Sign the folder with model_signing, by files and SHA-256, which is how it does it by default."


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class _File(_Part):
    name: str = Field(min_length=1, max_length=1000)
    algorithm: Literal["sha256"]
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")


class _Method(_Part):
    method: Literal["files"]
    hash_type: Literal["sha256"]
    ignore_paths: list[str] = []


class _Predicate(_Part):
    resources: list[_File] = Field(min_length=1)
    serialization: _Method


class _Subject(_Part):
    digest: dict[str, str]


class _Statement(_Part):
    predicate_type: Literal["https://model_signing/signature/v1.0"] = Field(alias="predicateType")
    subject: list[_Subject] = Field(min_length=1, max_length=1)
    predicate: _Predicate


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which files a model has.

    Attributes:
        files: fingerprint of each by its name, in the order of the names.
        ignored: paths below the folder that are no part of the model.
        root: one fingerprint for all files, without their names.
        digest: fingerprint of the list as it was signed, names included.
    """

    files: dict[str, Digest]
    ignored: tuple[str, ...]
    root: Digest
    digest: Digest

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a `model.sig`. Whose signature it carries is not asked: what is pinned here is the list.

        Raises:
            InputError: it is none, or it lists shards or other hashes.
            EvidenceError: its root is not the one of its files.
        """
        payload = Envelope.parse(data).payload
        try:
            said = _Statement.model_validate(strict_json.loads(payload, "The manifest"))
        except (ValidationError, EvidenceError):
            raise InputError(f"{FILE} is no list of files and their SHA-256.", _AGAIN) from None
        files = {one.name: Digest(f"sha256:{one.digest}") for one in said.predicate.resources}
        if len(files) != len(said.predicate.resources) or not all(_stays_inside(name) for name in files):
            raise InputError(f"{FILE} names a file twice, or one outside its folder.", _AGAIN)
        root = hashlib.sha256(b"".join(bytes.fromhex(one.digest) for one in said.predicate.resources)).hexdigest()
        if list(files) != sorted(files) or said.subject[0].digest.get("sha256") != root:
            raise EvidenceError(f"The root in {FILE} is not the one of the files that it lists.", "Sign it anew.")
        ignored = tuple(said.predicate.serialization.ignore_paths)
        return cls(files, ignored, Digest(f"sha256:{root}"), digest.of_bytes(payload))

    def differences(self, folder: Path) -> Iterator[str]:
        """Say file by file what in a folder is not as listed, each a sentence without a full stop."""
        there = {name: path for name, path in _files(folder) if name != FILE and not self._is_ignored(name)}
        for name in sorted(there.keys() | self.files.keys()):
            if name not in there:
                yield f"{name} is listed and not there"
            elif name not in self.files:
                yield f"{name} is there and not listed"
            elif there[name].is_symlink() or not there[name].is_file():
                yield f"{name} is no plain file"
            elif digest.of_file(there[name]) != self.files[name]:
                yield f"{name} has other bytes than listed"

    def _is_ignored(self, name: str) -> bool:
        return any(PurePosixPath(name).is_relative_to(path) for path in self.ignored)


def of_folder(folder: Path) -> Manifest:
    """Read the manifest of a folder, and hold it against every file.

    Raises:
        InputError: the folder has no usable `model.sig`.
        EvidenceError: a file is changed, missing, renamed or not listed.
    """
    try:
        data = (folder / FILE).read_bytes()
    except OSError:
        raise InputError(f"{folder} has no {FILE}.", f"{_AGAIN} Or give one file.") from None
    manifest = Manifest.parse(data)
    if found := list(manifest.differences(folder)):
        more = f" And {len(found) - 1} more." if len(found) > 1 else ""
        raise EvidenceError(
            f"The files are not the ones that {FILE} lists: {found[0]}.{more}",
            "Take the folder as it was signed, or sign it anew and register that as a new version.",
        )
    return manifest


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file and every link below a folder, with its name as the manifest writes it; links are not followed."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            for name, inner in _files(path):
                yield f"{path.name}/{name}", inner
        else:
            yield path.name, path


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and str(path) == name
