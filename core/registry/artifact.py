"""The bytes to be released, and the one fingerprint they go by: of a file, a folder with its manifest, or an image."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core import digest
from core.digest import Digest
from core.errors import InputError
from core.registry import manifest

_IMAGE: Final = re.compile(r"(?:oci:)?(?:(?P<name>[^@\s]+)@)?(?P<digest>sha256:[0-9a-fA-F]{64})")


@dataclass(frozen=True, slots=True)
class Artifact:
    """What is to be released.

    Attributes:
        digest: its fingerprint; of an image that of its OCI manifest, of a folder the root of its `model.sig`.
        manifest: fingerprint of the list of files, where it is a folder.
        uri: where it lies, as far as it was said.
        size: bytes, where they were seen.
    """

    digest: Digest
    manifest: Digest | None = None
    uri: str | None = None
    size: int | None = None


def read(given: str) -> Artifact:
    """Take the fingerprint of what somebody names.

    Args:
        given: a file; a folder with a `model.sig`; `sha256:…`; `oci:registry.example.org/model@sha256:…`.

    Raises:
        InputError: there is no such file, or the folder has no manifest.
        EvidenceError: the files of the folder are not the ones that the manifest lists.
    """
    if image := _IMAGE.fullmatch(given.strip()):
        return Artifact(
            digest.parse(image["digest"]), uri=f"oci:{given.removeprefix('oci:')}" if image["name"] else None
        )
    path = Path(given)
    if path.is_dir():
        listed = manifest.of_folder(path)
        size = sum((path / name).stat().st_size for name in listed.files)
        return Artifact(listed.root, listed.digest, path.resolve().name, size)
    try:
        return Artifact(digest.of_file(path), uri=path.name, size=path.stat().st_size)
    except OSError as error:
        raise InputError(
            f"{given} cannot be read: {error.strerror}.",
            "Name a file, a folder with a model.sig, or a fingerprint as sha256:… or oci:NAME@sha256:….",
        ) from None
