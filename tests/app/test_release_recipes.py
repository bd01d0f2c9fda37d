"""The recipes of the README, word for word: each releases what is signed off, and nothing else."""

import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import jmespath
import model_signing
import pytest
import yaml

from core import clock
from core.access import issuing
from core.access.token import TokenScope
from core.approvals import attested
from core.audit.dsse import Envelope, PrivateKey
from core.registry import artifact
from tests.conftest import begun
from tests.core.approvals.conftest import House

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
SECTION = README.split("## Release only what is signed")[1].split("\n## ")[0]
PARTS = re.findall(r"```(yaml|make)\n(.*?)```", SECTION, re.DOTALL)
GITHUB, GITLAB, POD, KYVERNO = [yaml.safe_load(text) for kind, text in PARTS if kind == "yaml"]
[MAKEFILE] = [text for kind, text in PARTS if kind == "make"]
MODEL = b"weights"


@pytest.fixture
def home(tmp_path, migrated):
    """A house on today's clock that released a version of these bytes, at the address that the recipes name."""
    made = House(begun(tmp_path / "house", migrated), clock.system()).furnish()
    made.version(artifact_sha256=hashlib.sha256(MODEL).hexdigest())
    made.release(2)
    yield made
    made.store.close()


@pytest.fixture
def workplace(home, tmp_path):
    """Where a job runs: the model, the pinned key, and a deployment that leaves a trace."""
    place = tmp_path / "job"
    place.mkdir()
    (place / "model.onnx").write_bytes(MODEL)
    shutil.copy(home.store.home / "keys" / "release.pub", place)
    script(place / "deploy.sh", "touch deployed")
    script(place / "bin" / "pip", "exit 0")  # what is to be installed is here already
    return place


def script(path, line):
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def newest(home, number=2):
    with home.store.reading() as session:
        return attested.newest(session, home.again(number).key)


def run(place, command, **settings):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIGNOFF_")}
    path = os.pathsep.join([str(place / "bin"), str(Path(sys.executable).parent), kept["PATH"]])
    environment = {**kept, "PATH": path, "SIGNOFF_HOME": str(place / "nothing"), **settings}
    done = subprocess.run(command, cwd=place, env=environment, check=False, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def github(place, **settings):
    """Run the steps of the job as GitHub does: each in a shell of its own that stops at the first failure."""
    said = ""
    for step in GITHUB["jobs"]["release"]["steps"]:
        if "run" in step:
            code, words = run(place, ["bash", "-eo", "pipefail", "-c", step["run"]], **settings)
            said += words
            if code:
                return code, said
    return 0, said


def gitlab(place, **settings):
    """Run the lines of the job as GitLab does: in one shell that stops at the first failure."""
    return run(place, ["bash", "-eo", "pipefail", "-c", "\n".join(GITLAB["release"]["script"])], **settings)


@pytest.fixture
def online(home, server):
    """What a job is given: the address of a running server, and a token that reads."""
    server.store = home.store
    with home.by("scientist") as tx:
        secret = issuing.issue(tx, "release job", [TokenScope.READ])[1]
    return {"SIGNOFF_URL": server.url, "SIGNOFF_TOKEN": secret}


@pytest.mark.parametrize("job", [github, gitlab])
def test_a_job_releases_what_was_signed_off(job, workplace, online):
    code, said = job(workplace, **online)
    assert code == 0, said
    assert "mortgage@2 may be released to production" in said
    assert (workplace / "deployed").exists()


@pytest.mark.parametrize("job", [github, gitlab])
def test_a_job_stops_where_the_version_was_replaced(job, home, workplace, online):
    home.version()
    home.release(3)
    code, said = job(workplace, **online)
    assert code == 1, said
    assert "it says FAILED: it was replaced in production" in said
    assert not (workplace / "deployed").exists()


@pytest.mark.parametrize("job", [github, gitlab])
def test_a_job_stops_for_bytes_that_nobody_approved(job, workplace, online):
    (workplace / "model.onnx").write_bytes(b"other weights")
    code, said = job(workplace, **online)
    assert code != 0
    assert "404" in said
    assert not (workplace / "deployed").exists()


def test_the_step_of_the_makefile_releases_offline_what_was_signed_off(home, workplace):
    (workplace / "Makefile").write_text(MAKEFILE)
    (workplace / "approval.dsse.json").write_text(newest(home).envelope)
    code, said = run(workplace, ["make", "release"])
    assert code == 0, said
    assert (workplace / "deployed").exists()


def test_the_step_of_the_makefile_stops_for_other_bytes(home, workplace):
    (workplace / "Makefile").write_text(MAKEFILE)
    (workplace / "approval.dsse.json").write_text(newest(home).envelope)
    (workplace / "model.onnx").write_bytes(b"Weights")
    code, said = run(workplace, ["make", "release"])
    assert code != 0
    assert "it is about other bytes" in said
    assert not (workplace / "deployed").exists()


@pytest.fixture
def pod(tmp_path, migrated):
    """A pod of a released folder: its volumes lie below a folder of the test, at their own paths."""
    volumes = tmp_path / "volumes"
    model = volumes / "models" / "mortgage"
    model.mkdir(parents=True)
    (model / "weights.bin").write_bytes(MODEL)
    (model / "config.json").write_text("{}")
    (tmp_path / "signer.pem").write_text(PrivateKey.generate().secret())
    config = model_signing.signing.Config().use_elliptic_key_signer(private_key=tmp_path / "signer.pem")
    config.sign(model, model / "model.sig")
    made = House(
        begun(tmp_path / "house", migrated),
        clock.system(),
        slug="mortgage-approval",
        origin="signoff.example.org/audit",
    ).furnish()
    seen = artifact.read(str(model))
    for _ in range(2):
        made.version()
    made.version(artifact_sha256=seen.digest, artifact_manifest=seen.manifest)
    made.release(4)
    for folder in ("release", "keys"):
        (volumes / folder).mkdir()
    (volumes / "release" / "approval.dsse.json").write_text(newest(made, 4).envelope)
    shutil.copy(made.store.home / "keys" / "release.pub", volumes / "keys")
    yield volumes
    made.store.close()


def start(volumes):
    [container] = POD["initContainers"]
    mounts = tuple(mount["mountPath"] for mount in container["volumeMounts"])
    words = [f"{volumes}{word}" if word.startswith(mounts) else word for word in container["command"]]
    return run(volumes, words)


def test_a_pod_starts_with_the_folder_that_was_signed_off(pod):
    code, said = start(pod)
    assert code == 0, said
    assert "mortgage-approval@4 may be released" in said


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(lambda model: (model / "weights.bin").write_bytes(b"Weights"), id="changed"),
        pytest.param(lambda model: (model / "config.json").rename(model / "other.json"), id="renamed"),
        pytest.param(lambda model: (model / "run_me.py").write_text("print()"), id="added"),
    ],
)
def test_a_pod_does_not_start_with_another_folder(pod, tamper):
    tamper(pod / "models" / "mortgage")
    code, said = start(pod)
    assert (code, "The files are not the ones that model.sig lists" in said) == (1, True)


class Times(jmespath.functions.Functions):
    """Kyverno's own functions of time, for the clock of a test."""

    now = ""

    @jmespath.functions.signature()
    def _func_time_now_utc(self):
        return self.now

    @jmespath.functions.signature({"types": ["string"]}, {"types": ["string"]})
    def _func_time_before(self, one, other):
        return clock.parse(one) < clock.parse(other)


def admits(predicate, now):
    """Hold Kyverno's conditions against a predicate: every variable is a JMESPath expression over it."""
    times = Times()
    times.now = clock.rfc3339(now)

    def meant(text):
        inner = re.fullmatch(r"\{\{ (.*) \}\}", text) if isinstance(text, str) else None
        return jmespath.search(inner[1], predicate, jmespath.Options(custom_functions=times)) if inner else text

    [attestation] = KYVERNO["spec"]["rules"][0]["verifyImages"][0]["attestations"]
    [group] = attestation["conditions"]
    answers = {
        "Equals": lambda key, value: key == value,
        "AnyIn": lambda key, value: key in value,
    }
    return all(answers[one["operator"]](meant(one["key"]), meant(one["value"])) for one in group["all"])


@pytest.fixture
def stated(tmp_path, migrated):
    """What was signed about a version, before and after it was replaced, by the house that the policy names."""
    made = House(begun(tmp_path / "house", migrated), clock.system(), origin="signoff.example.org/audit").furnish()
    made.release(1)
    before = newest(made, 1)
    made.version()
    made.release(2)
    after = newest(made, 1)
    made.store.close()
    return [json.loads(Envelope.parse(row.envelope.encode()).payload) for row in (before, after)]


def test_the_conditions_of_kyverno_admit_what_was_signed_off_until_it_ends(stated):
    passed, failed = stated
    now = clock.system()
    [attestation] = KYVERNO["spec"]["rules"][0]["verifyImages"][0]["attestations"]
    assert attestation["type"] == passed["predicateType"]
    assert admits(passed["predicate"], now)
    assert not admits(passed["predicate"], now + timedelta(days=91))
    assert not admits({**passed["predicate"], "verifier": {"id": "https://evil.example.org/verifier/v1"}}, now)
    assert not admits({**passed["predicate"], "verifiedLevels": []}, now)
    assert failed["predicate"]["verificationResult"] == "FAILED"


def test_the_conditions_of_kyverno_refuse_what_was_taken_back(stated):
    own = next(name for name in stated[0]["predicate"] if name.endswith("/approval/v1"))
    endless = {**stated[1]["predicate"], own: stated[0]["predicate"][own]}
    assert not admits(endless, clock.system())
