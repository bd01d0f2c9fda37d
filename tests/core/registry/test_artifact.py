"""One fingerprint for what is released: a file, a folder that model_signing signed, or an image."""

import hashlib
import json
import shutil

import model_signing
import pytest

from core.audit.dsse import Envelope, PrivateKey
from core.errors import EvidenceError, GovernanceError, InputError
from core.registry.artifact import read
from core.registry.manifest import Manifest, of_folder


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """A model of three files with the model.sig that OpenSSF's own tool wrote."""
    place = tmp_path_factory.mktemp("signed")
    model = place / "model"
    (model / "tokenizer").mkdir(parents=True)
    (model / "a.bin").write_bytes(b"weights")
    (model / "b.bin").write_bytes(b"more weights")
    (model / "tokenizer" / "config.json").write_text("{}")
    (place / "key.pem").write_text(PrivateKey.generate().secret())
    config = model_signing.signing.Config().use_elliptic_key_signer(private_key=place / "key.pem")
    config.sign(model, model / "model.sig")
    return model


@pytest.fixture
def model(signed, tmp_path):
    return shutil.copytree(signed, tmp_path / "model")


def test_a_file_goes_by_its_bytes(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"weights")
    found = read(str(tmp_path / "model.onnx"))
    assert found.digest == f"sha256:{hashlib.sha256(b'weights').hexdigest()}"
    assert (found.uri, found.size, found.manifest) == ("model.onnx", 7, None)


@pytest.mark.parametrize(
    ("given", "uri"),
    [
        (f"sha256:{'ab' * 32}", None),
        (f"oci:sha256:{'ab' * 32}", None),
        (f"oci:ghcr.io/team/model@sha256:{'ab' * 32}", f"oci:ghcr.io/team/model@sha256:{'ab' * 32}"),
        (f"ghcr.io/team/model:4@sha256:{'AB' * 32}", f"oci:ghcr.io/team/model:4@sha256:{'AB' * 32}"),
    ],
)
def test_an_image_goes_by_the_digest_of_its_manifest(given, uri):
    found = read(given)
    assert (found.digest, found.uri, found.size) == (f"sha256:{'ab' * 32}", uri, None)


def test_a_folder_goes_by_the_root_that_model_signing_wrote(model):
    found = read(str(model))
    subject = json.loads(_payload(model))["subject"][0]
    assert found.digest == f"sha256:{subject['digest']['sha256']}"
    assert found.manifest == f"sha256:{hashlib.sha256(_payload(model)).hexdigest()}"
    assert (found.uri, found.size) == ("model", 7 + 12 + 2)


def _payload(model):
    return Envelope.parse((model / "model.sig").read_bytes()).payload


def change(model):
    (model / "b.bin").write_bytes(b"More weights")


def remove(model):
    (model / "b.bin").unlink()


def rename(model):
    (model / "b.bin").rename(model / "c.bin")


def swap(model):
    (model / "a.bin").rename(model / "x")
    (model / "b.bin").rename(model / "a.bin")
    (model / "x").rename(model / "b.bin")


def add(model):
    (model / "tokenizer" / "run_me.py").write_text("print()")


def link(model):
    (model / "b.bin").rename(model.parent / "b.bin")
    (model / "b.bin").symlink_to(model.parent / "b.bin")


@pytest.mark.parametrize("tamper", [change, remove, rename, swap, add, link])
def test_a_folder_that_is_not_as_signed_is_refused_and_the_file_named(model, tamper):
    tamper(model)
    with pytest.raises(EvidenceError, match=r"bin|run_me\.py"):
        read(str(model))


def test_a_renamed_file_keeps_the_root_and_changes_the_fingerprint_of_the_list(model, tmp_path):
    before = of_folder(model)
    rename(model)
    (model / "model.sig").unlink()
    (tmp_path / "key.pem").write_text(PrivateKey.generate().secret())
    config = model_signing.signing.Config().use_elliptic_key_signer(private_key=tmp_path / "key.pem")
    config.sign(model, model / "model.sig")
    after = of_folder(model)
    assert after.root == before.root
    assert after.digest != before.digest


def test_what_git_keeps_is_no_part_of_the_model(model):
    (model / ".git").mkdir()
    (model / ".git" / "HEAD").write_text("ref")
    assert read(str(model)).size == 21


def statement(**changes):
    one = {"name": "a", "algorithm": "sha256", "digest": "00" * 32}
    resources = changes.get("resources", [one])
    root = hashlib.sha256(b"".join(bytes.fromhex(r["digest"]) for r in resources)).hexdigest()
    said = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "m", "digest": {"sha256": changes.get("root", root)}}],
        "predicateType": changes.get("type", "https://model_signing/signature/v1.0"),
        "predicate": {
            "resources": resources,
            "serialization": {"method": changes.get("method", "files"), "hash_type": "sha256", "ignore_paths": []},
        },
    }
    return PrivateKey.generate().sign("application/vnd.in-toto+json", json.dumps(said).encode()).text().encode()


def named(*names, algorithm="sha256"):
    return [{"name": name, "algorithm": algorithm, "digest": f"{at:064x}"} for at, name in enumerate(names)]


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(statement(method="shards"), id="shards"),
        pytest.param(statement(resources=named("a", algorithm="blake2b")), id="another hash"),
        pytest.param(statement(resources=[]), id="no files"),
        pytest.param(statement(resources=named("../a")), id="outside"),
        pytest.param(statement(resources=named("/etc/passwd")), id="absolute"),
        pytest.param(statement(resources=named("a", "a")), id="twice"),
        pytest.param(statement(resources=named("b", "a")), id="out of order"),
        pytest.param(statement(root="11" * 32), id="another root"),
        pytest.param(statement(type="https://slsa.dev/verification_summary/v1"), id="another predicate"),
        pytest.param(b"{}", id="no envelope"),
    ],
)
def test_what_is_no_manifest_is_refused_with_a_sentence(sent):
    with pytest.raises(GovernanceError):
        Manifest.parse(sent)


@pytest.mark.parametrize("given", ["nowhere.onnx", "sha256:12"])
def test_what_is_not_there_is_refused(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read(given)


def test_a_folder_without_a_manifest_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"model\.sig"):
        read(str(tmp_path))
