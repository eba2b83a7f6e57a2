"""Importing a large register of an observed body: how long, how much memory, and how long staff must wait beside it.

The register is generated: numbers, titles and committees of no real body, in the proportions that a real one of
71,253 records has (repeated identifiers, several stages of one work, amendments, months of publication).
"""

import csv
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.databases import ENGINES, database
from benchmarks.processes import Ran, environ, python
from benchmarks.table import Measured

RECORDS = 71_253
COMMITTEES = 769
MAPPING = """
source = "generated"
create_committees = true
[columns]
file = "source_id"
type = "track"
dates = { column = "published_on", labelled = "published" }
[values.track]
international-standard = "iso-iec-is"
technical-report = "iso-iec-tr"
"""
_WORDS = (
    "acoustics", "adhesives", "aircraft", "analysis", "bearings", "calibration", "ceramics", "coatings", "containers",
    "determination", "dimensions", "durability", "equipment", "fasteners", "fibres", "framework", "glass", "guidance",
    "inspection", "interfaces", "laboratory", "machines", "management", "materials", "measurement", "methods", "pipes",
    "packaging", "plastics", "quality", "requirements", "rubber", "safety", "sampling", "specification", "steel",
    "strength", "systems", "technical", "terminology", "test", "textiles", "tools", "valves", "vehicles", "vocabulary",
)  # fmt: skip
_STAGES = ("95.99", "90.93", "60.60", "90.92", "90.60", "90.20")
_UNDER_WAY = (("CD", "30.99"), ("DIS", "40.60"), ("FDIS", "50.20"), ("", "60.00"))

# An edit as the admin makes it, again and again, until standard input ends; then the longest one in seconds.
SAVER = """
import json, select, sys, time
import django
django.setup()
from standards.edits import edit, register
from standards.models import Body
Body.objects.get_or_create(slug="sac", defaults={"name": "SAC"})
project = register(track="gb-t", state="draft", title="By hand", by=None, source="benchmark")
print("ready", flush=True)
times = []
while not select.select([sys.stdin], [], [], 0.05)[0]:
    began = time.monotonic()
    edit(project, by=None, title=f"By hand {len(times)}")
    times.append(time.monotonic() - began)
print(json.dumps(sorted(times)))
"""
# The import in a process that kills itself when it locks the history for the Nth time.
KILLED = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from django.db import connection
file, mapping, left = sys.argv[1], sys.argv[2], int(sys.argv[3])
def deadly(execute, sql, params, many, context):
    global left
    left -= sql.startswith('UPDATE "standards_historyhead"')
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)
with connection.execute_wrapper(deadly):
    call_command("import_standards", file, "--map", mapping)
"""
COUNT = """
import django
django.setup()
from standards.models import Change, Number, Project
print(Project.objects.count(), Number.objects.values("value").distinct().count(), Number.objects.count())
"""


def records(count: int, seed: int = 1) -> Iterator[dict[str, str]]:
    """That many records of a body that is not there."""
    chance = random.Random(seed)
    number = 1000
    while count > 0:
        number += chance.choice((1, 1, 2, 7))
        for record in _work(chance, number):
            if count > 0:
                count -= 1
                yield record


def _work(chance: random.Random, number: int) -> Iterator[dict[str, str]]:
    """One number with its editions and amendments, some of them twice under two names."""
    title = (
        f"{' '.join(chance.choices(_WORDS, k=6)).capitalize()} - Part {chance.randint(1, 9)}: {chance.choice(_WORDS)}"
    )
    group = chance.randint(1, COMMITTEES)
    committee = f"ISO/TC {900 + group % 190}" + (f"/SC {group % 9 + 1}" if group % 4 else "")
    year = chance.randint(1975, 2024)
    base = {"title": title, "type": "international-standard", "committee": committee}
    identifiers = [(f"ISO {number}:{year}", chance.choice(_STAGES))]
    if chance.random() < 0.1:
        identifiers.append((f"ISO {number}:{year}/Amd 1:{year + 1}", "60.60"))
    if chance.random() < 0.15:
        letters, stage = chance.choice(_UNDER_WAY)
        identifiers.append((f"ISO/{letters} {number}" if letters else f"ISO {number}", stage))
    for identifier, stage in identifiers:
        date = f"published:{year}-{chance.randint(1, 12):02}" if chance.random() < 0.9 else ""
        record = base | {"identifier": identifier, "stage": stage, "dates": date}
        key = identifier.lower().replace(" ", "-").replace("/", "-")
        yield record | {"file": f"{key}.yaml"}
        if chance.random() < 0.15:
            yield record | {"file": f"{key.replace(':', '-')}-again.yaml"}


def write_register(folder: Path, count: int = RECORDS) -> tuple[Path, Path]:
    """A register of generated records and its mapping."""
    register, mapping = folder / "register.csv", folder / "map.toml"
    with register.open("w", newline="") as file:
        writer = csv.DictWriter(file, ("file", "identifier", "title", "type", "stage", "committee", "dates"))
        writer.writeheader()
        writer.writerows(records(count))
    mapping.write_text(MAPPING)
    return register, mapping


def run() -> list[Measured]:
    """Both engines, one after the other."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        register, mapping = write_register(Path(folder))
        return [row for engine in ENGINES for row in _measure(engine, register, mapping)]


def _measure(engine: str, register: Path, mapping: Path) -> Iterator[Measured]:
    command = ("manage.py", "import_standards", str(register), "--map", str(mapping), "--json")
    with database(engine) as url:
        first, waits = _beside_staff(url, command)
        told = _told(first)
        yield _limit(f"import of {RECORDS:,} records", engine, first.seconds, 300, "s")
        yield _limit("its memory", engine, first.megabytes, 500, "MB")
        yield _limit("longest save of staff meanwhile", engine, waits[-1], 2, "s")
        yield Measured(
            "saves of staff meanwhile, median", engine, f"{waits[len(waits) // 2] * 1000:.0f} ms of {len(waits)}"
        )
        yield _limit("longest batch", engine, told["longest_lock"], 2, "s")
        again = python(url, *command)
        yield _limit("rows written the second time", engine, _writes(_told(again)), 0, "")
        yield Measured("time of the second time", engine, f"{again.seconds:.1f} s")
        committees = int(told["committees"])
    with database(engine) as url:
        killed = python(url, "-c", KILLED, str(register), str(mapping), str(committees + 120))
        half = _counts(url)[0]
        python(url, *command)
        whole, distinct, numbers = _counts(url)
        sound = killed.code == -9 and 0 < half < whole == told["registered"] and distinct == numbers
        yield Measured(f"killed at {half:,}, completed to", engine, f"{whole:,}, none twice", "all, none twice", sound)


def _beside_staff(url: str, command: tuple[str, ...]) -> tuple[Ran, list[float]]:
    saver = subprocess.Popen(
        [sys.executable, "-c", SAVER], env=environ(url), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert saver.stdout is not None
    saver.stdout.readline()
    ran = python(url, *command)
    waits, _errors = saver.communicate("enough\n")
    return ran, json.loads(waits)


def _told(ran: Ran) -> dict[str, float]:
    assert ran.code == 0, ran.output[:1000]
    written: dict[str, float] = json.loads(ran.output)["written"]
    return written


def _writes(told: dict[str, float]) -> float:
    return told["registered"] + told["changed"] + told["moved"] + told["committees"]


def _counts(url: str) -> list[int]:
    return [int(count) for count in python(url, "-c", COUNT).output.split()]


def _limit(what: str, engine: str, value: float, limit: float, unit: str) -> Measured:
    shown = f"{value:.0f}" if unit in ("MB", "") else f"{value:.1f}"
    return Measured(what, engine, f"{shown} {unit}".strip(), f"<= {limit:g} {unit}".strip(), value <= limit)
