"""A report about an invented model, with something in every part."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from math import exp

import pytest

from core.audit.checkpoint import Checkpoint
from core.audit.note import SignerKey
from core.reports.content import (
    Card,
    CardSection,
    Check,
    Comparison,
    Coverage,
    Difference,
    Estimate,
    Evaluation,
    Fact,
    Finding,
    Gate,
    GroupTable,
    Lineage,
    Link,
    LogPosition,
    Mark,
    Moment,
    Monitoring,
    Obligation,
    Passage,
    Pin,
    ReportContent,
    Request,
    Review,
    Summary,
    Title,
    Tone,
    Window,
)
from core.reports.figure import (
    ByGroup,
    Calibration,
    CalibrationBin,
    Confusion,
    Curve,
    GroupValue,
    OverTime,
    Period,
)

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DIGEST = "sha256:9f2c7d0be1a4530c8f6e2b91d7c04a385e6f1b2c3d4e5f60718293a4b5c6d7e8"
GOOD, BAD, OPEN, CARE = (
    Mark("met", Tone.GOOD),
    Mark("not met", Tone.BAD),
    Mark("not measured", Tone.CAUTION),
    Mark("accepted with reason", Tone.CAUTION),
)

SIGNER = SignerKey("demo.signoff.example/audit", bytes(range(32)))
ROOT = sha256(b"invented").digest()
LOG = LogPosition(
    origin=SIGNER.name,
    size=1284,
    root=b64encode(ROOT).decode(),
    checkpoint=Checkpoint(SIGNER.name, 1284, ROOT).signed(SIGNER),
    vkey=str(SIGNER.verifier),
)


def _estimates():
    rows = [
        ("Accuracy", 0.884, 0.863, 0.902, "Wilson", 994),
        ("Balanced accuracy", 0.671, 0.634, 0.709, "bootstrap, 2,000 resamples, seed 7", 994),
        ("Precision", 0.912, 0.891, 0.929, "Wilson", 902),
        ("Recall", 0.953, 0.936, 0.966, "Wilson", 869),
        ("Specificity", 0.389, 0.309, 0.475, "Wilson", 125),
        ("False positive rate", 0.611, 0.525, 0.691, "Wilson", 125),
        ("ROC AUC", 0.832, 0.793, 0.865, "DeLong on the logit scale", 994),
        ("Average precision", 0.967, 0.955, 0.976, "bootstrap, 400 resamples, seed 7", 994),
        ("Log loss", 0.293, 0.262, 0.324, "standard error of the mean", 994),
        ("Brier score", 0.086, 0.075, 0.097, "standard error of the mean", 994),
        ("Calibration slope", 1.041, 0.861, 1.221, "logistic recalibration", 994),
        ("Expected calibration error", 0.021, None, None, "shown, never judged", 994),
    ]
    first, *rest = [Estimate(name, value, low, high, 0.95, method, n) for name, value, low, high, method, n in rows]
    claimed = Estimate(**{field: getattr(first, field) for field in first.__slots__} | {"reported": 0.88})
    return (claimed, *rest, Estimate("True positives", 828.0, n=994))


def _figures():
    curve = tuple((step / 40, min(1.0, (step / 40) ** 0.32)) for step in range(41))
    bins = tuple(
        CalibrationBin(0.05 + 0.1 * i, min(1.0, 0.04 + 0.102 * i), max(0.0, 0.1 * i - 0.04), min(1, 0.14 + 0.1 * i), n)
        for i, n in enumerate((6, 9, 12, 18, 25, 38, 61, 122, 288, 415))
    )
    return (
        Curve("ROC curve", "ROC curve, area 0.832.", "False positive rate", "Recall", curve, marked=(0.61, 0.953)),
        Curve(
            "Precision against recall",
            "Precision against recall.",
            "Recall",
            "Precision",
            tuple((x, 1 - 0.13 * x**3) for x, _ in curve),
            reference=0.874,
        ),
        Calibration("Calibration", "Observed share against forecast in ten bins.", bins),
        Confusion(
            "Confusion matrix", "828 of 869 approvals were predicted.", ("denied", "approved"), ((49, 76), (41, 828))
        ),
        ByGroup(
            "Approval rate by race",
            "Approval rate for three groups with intervals.",
            "Approval rate",
            (
                GroupValue("white", 0.931, 0.911, 0.947, 842),
                GroupValue("Hispanic", 0.796, 0.668, 0.885, 54),
                GroupValue("black", 0.724, 0.628, 0.803, 98),
            ),
            limit=0.745,
        ),
        Confusion(
            "Digits",
            "Ten classes.",
            tuple("0123456789"),
            tuple(tuple(88 if i == j else (i * j) % 4 for j in range(10)) for i in range(10)),
        ),
    )


def _evaluation():
    metrics = ("Approval rate", "Recall", "False positive rate", "Precision", "Brier score")
    groups = ("white", "Hispanic", "black", "not stated")
    cells = tuple(
        tuple(
            Estimate(
                metric,
                None if group == "not stated" else 0.93 - 0.07 * row - 0.02 * column,
                0.9 - 0.09 * row,
                0.95 - 0.06 * row,
                0.95,
                "Wilson",
                (842, 54, 98, 7)[row],
            )
            for column, metric in enumerate(metrics)
        )
        for row, group in enumerate(groups)
    )
    return Evaluation(
        title="mortgage-holdout, split test",
        facts=(
            Fact("Evaluation", "EVL-12"),
            Fact("Provenance", "recomputed: labels of the registered set, not of the uploader"),
            Fact("Rows", "994, assumed independent"),
            Fact("Uploaded", "18 Nov 2026, 09:12 UTC by Dana Scientist"),
            Fact("Uses of the set", "3"),
            Fact("Fingerprint", DIGEST),
        ),
        estimates=_estimates(),
        groups=(GroupTable("race", metrics, groups, cells),),
        figures=_figures(),
        notes=("Groups with fewer than 30 rows or 5 events are not measured.",),
    )


def _gate():
    return Gate(
        title="To production, under policy “high”, version 3",
        verdict=Mark("closed: 2 required checks are not met", Tone.BAD),
        facts=(Fact("Policy fingerprint", DIGEST), Fact("Evaluated", "20 Nov 2026, 11:58 UTC")),
        checks=(
            Check("ROC AUC at least 0.80", "required", GOOD, "0.832\nlower limit 0.793", "≥ 0.80", "EVL-12"),
            Check(
                "Approval ratio between groups",
                "required",
                BAD,
                "0.777\nlower limit 0.671",
                "lower limit ≥ 0.80",
                "EVL-12",
                "The value itself is below the limit. Change the model, or let a risk reviewer accept it.",
            ),
            Check("Model card complete", "required", GOOD, "41 of 41", "41", "card 6"),
            Check("Calibration slope", "advisory", GOOD, "1.041", "0.8 to 1.25", "EVL-12"),
            Check("Failover drill", "required", OPEN, "", "younger than 180 days", "", "Run a drill and record it."),
            Check("Uses of the set", "dry run", CARE, "3", "≤ 5", "EVL-12"),
        ),
    )


def _requests():
    reviews = tuple(
        Review(
            name=name,
            role=role,
            decision=decision,
            validity=validity,
            opinion=opinion,
            statement="I have read what is pinned below and I approve its use in production for the stated purpose.",
            comment=comment,
            at=NOON - timedelta(hours=hours),
            proof="password, entered again for this decision",
            seen=DIGEST,
        )
        for name, role, decision, validity, opinion, comment, hours in (
            (
                "Vera Validator",
                "risk reviewer",
                Mark("approve", Tone.GOOD),
                Mark("current", Tone.GOOD),
                "fit with conditions",
                "Watch the approval ratio monthly; come back when 400 more rows are there.",
                5,
            ),
            (
                "Bo Business",
                "business owner",
                Mark("approve", Tone.GOOD),
                Mark("changed since signed", Tone.CAUTION),
                "",
                "",
                29,
            ),
            (
                "Vera Validator",
                "risk reviewer",
                Mark("request changes", Tone.CAUTION),
                Mark("dismissed"),
                "not fit",
                "The threshold was chosen on the rows it is judged on. Fix it beforehand and measure again.",
                53,
            ),
        )
    )
    pins = tuple(
        Pin(kind, name, DIGEST)
        for kind, name in (
            ("artifact", "model.joblib"),
            ("card", "version 6"),
            ("evaluation", "EVL-12"),
            ("lineage", "upstream"),
            ("policy", "high, version 3"),
        )
    )
    return (
        Request(
            "REQ-17",
            "Promotion to production",
            Mark("approved", Tone.GOOD),
            (Fact("Opened", "18 Nov 2026, 10:00 UTC by Dana Scientist"), Fact("Closed", "20 Nov 2026, 11:58 UTC")),
            "Version 4 keeps the accuracy of version 3 and explains each denial.",
            pins,
            reviews,
        ),
        Request("REQ-9", "Promotion to staging", Mark("applied", Tone.GOOD), (), "", pins[:2], ()),
    )


def _timeline():
    words = (
        "model version registered",
        "card saved",
        "evaluation uploaded",
        "request opened",
        "review submitted",
        "review went stale",
        "transition applied",
        "report exported",
    )
    return tuple(
        Moment(NOON - timedelta(days=60 - i), words[i % 8], "Dana Scientist", "mortgage-approval@4", 900 + 3 * i)
        for i in range(48)
    )


def _monitoring():
    months = ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    ratios = (1.02, 1.11, 1.35, 1.29, 1.08, 0.6, 0.78, 0.82, 1.46)
    return Monitoring(
        facts=(Fact("Baseline", "March 2013, 28,834 flights"), Fact("Labels mature after", "1 day")),
        windows=tuple(
            Window(
                f"{month} 2013",
                28_000 + 17 * i,
                400 - 11 * i,
                0.22 * ratio,
                0.2 * ratio,
                0.24 * ratio,
                0.22,
                ratio,
                ratio - 0.12,
                ratio + 0.12,
                "0 of 6",
                Mark("worse than promised", Tone.BAD) if ratio > 1.2 else Mark("as promised", Tone.GOOD),
            )
            for i, (month, ratio) in enumerate(zip(months, ratios, strict=True))
        ),
        figures=(
            OverTime(
                "Observed over expected",
                "Ratio of late flights observed to expected, from 0.60 to 1.46.",
                (
                    *(Period(m, r, r - 0.12, r + 0.12) for m, r in zip(months, ratios, strict=True)),
                    Period("Jan", None, None, None),
                ),
            ),
        ),
        notes=("Intervals resample whole days. Cancelled flights have no outcome and are counted as unresolved.",),
    )


def report() -> ReportContent:
    """A whole report."""
    long = "The label is a historic human decision, not repayment. " * 18
    card = Card(
        facts=(
            Fact("Card version", "6, saved 18 Nov 2026 by Dana Scientist"),
            Fact("Complete", "97 % (40 of 41)"),
            Fact("Backed by evidence", "100 %"),
            Fact("Fresh", "88 %"),
        ),
        missing=("Explainability: how to read the explanation of one decision.",),
        sections=(
            CardSection(
                "Intended use",
                Mark("filled", Tone.GOOD),
                (
                    Fact("Primary uses", "Rank applications for a mortgage so that a clerk sees clear cases first."),
                    Fact("Out of scope", "Automatic denial. Any other product or country."),
                    Fact("Business", ""),
                ),
            ),
            CardSection(
                "Training data",
                Mark("filled", Tone.GOOD),
                (
                    Fact("Source", "Boston Fed study, 1,989 applications"),
                    Fact("Known bias", long),
                    Fact("Collection", "\n".join(f"• step {i}: {exp(i / 9):.3f}" for i in range(90))),
                ),
            ),
            CardSection("Environmental impact", Mark("not applicable: trained in two seconds on a laptop")),
        ),
    )
    return ReportContent(
        title=Title(
            "Mortgage approval",
            "mortgage-approval@4",
            "Mortgage pre-screening",
            Mark("staging"),
            (
                Fact("Materiality", "high: decides on access to housing credit"),
                Fact("Regulatory class", "EU AI Act, Annex III 5(b), high-risk"),
                Fact("Owner", "Dana Scientist"),
                Fact("Artifact", DIGEST),
            ),
        ),
        as_of=NOON,
        log=LOG,
        demo=True,
        summary=Summary(
            headline="Version 4 is approved for production by two people. One check was accepted with a reason.",
            passages=(
                Passage(
                    "How often it is right",
                    (
                        "Of 1,000 applicants, 907 are approved: 931 of 1,000 white ones, 724 of 1,000 black ones.",
                        "It replaces version 3 and makes 4 fewer mistakes per 1,000 applications; that may be chance.",
                    ),
                ),
            ),
            concerns=(
                "The approval ratio between groups is .777, below the .80 the policy asks for.",
                "The business owner signed before the newest evaluation; the signature is stale.",
            ),
            facts=(Fact("In production", "version 3, since 2 Feb 2026"), Fact("Open findings", "1 high, 2 low")),
        ),
        card=card,
        evaluations=(_evaluation(),),
        comparisons=(
            Comparison(
                "Against version 3 on 994 shared rows",
                (Fact("Champion", "mortgage-approval@3"),),
                (
                    Difference("Accuracy", 0.88, 0.884, 0.004, -0.008, 0.016, 0.01, Mark("not worse", Tone.GOOD)),
                    Difference(
                        "ROC AUC", 0.841, 0.832, -0.009, -0.021, 0.003, 0.01, Mark("inconclusive", Tone.CAUTION)
                    ),
                ),
                ("McNemar: 21 rows only version 4 gets right, 17 only version 3; p = 0.63.",),
            ),
        ),
        gates=(_gate(),),
        findings=(
            Finding(
                "FND-3",
                "Approval ratio below four fifths",
                Mark("high", Tone.BAD),
                Mark("open", Tone.BAD),
                (Fact("Owner", "Dana Scientist"), Fact("Due", "15 Jan 2027")),
                "The ratio is .777 on 994 rows.",
            ),
            Finding("FND-5", "Sentinel 999999.375 in lines", Mark("low"), Mark("resolved", Tone.GOOD)),
        ),
        requests=_requests(),
        timeline=_timeline(),
        lineage=Lineage(
            (Fact("Upstream fingerprint", DIGEST),),
            (
                Link("dataset loanapp@1", "trained on", "mortgage-approval@4", "9f2c7d0b…d7e8"),
                Link("run 2026-11-18/1", "derived from", "mortgage-approval@4"),
            ),
        ),
        monitoring=_monitoring(),
        coverage=(
            Coverage(
                "EU AI Act, Annex IV",
                (Fact("Reading", "ours; not legal advice"),),
                tuple(
                    Obligation(
                        f"Annex IV {i}",
                        "A general description of the system and its intended purpose.",
                        (GOOD, OPEN, BAD)[i % 3],
                        "card 6, EVL-12",
                    )
                    for i in range(1, 12)
                ),
            ),
        ),
    )


@pytest.fixture
def sample() -> ReportContent:
    """A whole report."""
    return report()


@pytest.fixture
def log_key() -> SignerKey:
    """The key that signed the sample's checkpoint."""
    return SIGNER
