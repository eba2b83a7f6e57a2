"""What the reader of the shipped records refuses, and that it says where and why."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from standards.importers.records import BadRecords, Records, read

BODIES = """
[[bodies]]
slug = "sac"
name = "SAC"
"""
COMMITTEES = """
[[committees]]
slug = "sac-tc28"
reference = "SAC/TC28"
name = "Information technology"
kind = "tc"
body = "sac"

[[committees]]
slug = "sac-tc28-sc42"
name = "Artificial intelligence"
kind = "sc"
body = "sac"
parent = "sac-tc28"
aliases = ["SC 42"]
"""
REPORT = """
[source]
title = "Report"
publisher = "Publisher"
dated = "2025-07"
stated_on = 2025-07-08

[[projects]]
key = "L2"
lines = [2, 5]
title = "Datasets"
track = "gb-z"
state = "draft"
stage = "20"
numbers = [{ kind = "plan", raw = "20252081-Z-469" }]
committees = ["sac-tc28-sc42"]
links = [{ rel = "possible_duplicate_of", key = "L3" }]

[[projects]]
key = "L3"
lines = [3]
title = "Models"
track = "gb-t"
state = "proposal"
stage = "10"
committees = ["sac-tc28-sc42"]
target = "2026-Q1"

[[facts]]
key = "L4-published"
lines = [4]
committee = "sac-tc28-sc42"
kind = "count"
label = "Published"
value = 83
text = "83 have been published."
"""

# Where a finding is: its file and its entry.
L2, L3, L4 = "report.toml: projects[L2]", "report.toml: projects[L3]", "report.toml: facts[L4-published]"
SC42 = "committees.toml: committees[sac-tc28-sc42]"

Reading = Callable[..., Records]


@pytest.fixture
def read_with(tmp_path: Path) -> Reading:
    """Reads a small sound folder in which one text stands in for another, in whichever file has it."""

    def reading(old: str = "", new: str = "") -> Records:
        texts = {"bodies.toml": BODIES, "committees.toml": COMMITTEES, "report.toml": REPORT}
        assert not old or any(old in text for text in texts.values())
        for name, text in texts.items():
            (tmp_path / name).write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
        return read(tmp_path)

    return reading


def test_a_sound_folder_is_read_whole(read_with: Reading) -> None:
    found = read_with()
    assert [len(part) for part in (found.bodies, found.committees, found.sources, found.projects, found.facts)] == [
        1, 2, 1, 2, 1,
    ]  # fmt: skip
    first, second = found.projects
    assert (first.body, first.deliverable, first.numbers[0].valid) == ("sac", "GB/Z", True)
    assert (second.target, found.facts[0].stated_on) == ("2026-Q1", date(2025, 7, 8))


@pytest.mark.parametrize(
    ("old", "new", "where", "why"),
    [
        ('title = "Models"', 'title = "Models"\ncolour = "red"', f"{L3}.colour", "nothing is called so"),
        ('title = "Models"\n', "", f"{L3}.title", "is missing"),
        ('track = "gb-t"', 'track = "gb-x"', f"{L3}.track", "gb-x"),
        ('state = "proposal"', 'state = "planned"', f"{L3}.state", "planned"),
        ('stage = "10"', 'stage = "11"', f"{L3}.stage", "'11'"),
        ('stage = "10"', 'stage = "20"', f"{L3}.state", "stage 20 of gb-t is in the state draft"),
        ('committees = ["sac-tc28-sc42"]', 'committees = ["wg"]', f"{L2}.committees", "'wg'"),
        ('committees = ["sac-tc28-sc42"]', "committees = []", f"{L2}.committees", "at least one"),
        ('key = "L3"\nlines = [3]', 'key = "L2"\nlines = [2]', f"{L2}.key", "twice"),
        ('key = "L3" }]', 'key = "L9" }]', f"{L2}.links.key", "'L9'"),
        ('key = "L3" }]', 'key = "L2" }]', f"{L2}.links.key", "itself"),
        ("possible_duplicate_of", "same_as", f"{L2}.links.rel", "same_as"),
        ("2026-Q1", "2026-Q5", f"{L3}.target", "quarter"),
        ('target = "2026-Q1"', 'effective_on = "2026"', f"{L3}.effective_on", "must be a day"),
        ('target = "2026-Q1"', "published_on = 2026-01-01T00:00:00", f"{L3}.published_on", "a day"),
        ("lines = [2, 5]", "lines = [5, 2]", f"{L2}.lines", "in order"),
        ("lines = [2, 5]", "lines = [5]", f"{L2}.key", "one of the entry's lines"),
        ("20252081-Z-469", "2025208-Z-469", f"{L2}.numbers.raw", "'2025208-Z-469'"),
        ('"plan"', '"plann"', f"{L2}.numbers.kind", "plann"),
        ("value = 83\n", "", f"{L4}.value", "a count has a number"),
        ("value = 83", 'value = "83"', f"{L4}.value", "whole number"),
        ('kind = "count"', 'kind = "rumour"', f"{L4}.kind", "rumour"),
        ("value = 83", "value = 83\nfrom = 2025-07-08", f"{L4}.on", "for a period"),
        (
            "value = 83",
            "value = 83\nfrom = 2025-07-08\nuntil = 2025-07-07",
            f"{L4}.until",
            "is before",
        ),
        ("stated_on = 2025-07-08", "", "report.toml: source.stated_on", "is missing"),
        ('body = "sac"\nparent', 'body = "iso"\nparent', f"{SC42}.body", "'iso'"),
        ('parent = "sac-tc28"', 'parent = "tc"', f"{SC42}.parent", "'tc'"),
        ('parent = "sac-tc28"', 'parent = "sac-tc28-sc42"', f"{SC42}.parent", "itself"),
        ('kind = "sc"', 'kind = "club"', f"{SC42}.kind", "club"),
        ('["SC 42"]', '["sac / TC28"]', f"{SC42}.aliases", "sac-tc28 already"),
        ('slug = "sac"\n', 'slug = "ieee-sa"\n', f"{L3}.track", "'sac'"),
    ],
)
def test_a_fault_is_refused_with_file_entry_field_and_reason(
    read_with: Reading, old: str, new: str, where: str, why: str
) -> None:
    with pytest.raises(BadRecords) as refusal:
        read_with(old, new)
    found = [str(finding) for finding in refusal.value.findings if str(finding).startswith(f"{where}: ")]
    assert len(found) == 1
    assert why in found[0]


def test_a_circle_of_parents_is_refused_at_each_committee_in_it(read_with: Reading) -> None:
    with pytest.raises(BadRecords) as refusal:
        read_with('reference = "SAC/TC28"', 'parent = "sac-tc28-sc42"')
    assert [finding.key for finding in refusal.value.findings] == [
        "committees[sac-tc28].parent",
        "committees[sac-tc28-sc42].parent",
    ]


def test_a_malformed_number_is_kept_where_the_note_names_it(read_with: Reading) -> None:
    found = read_with('20252081-Z-469" }]', '2025208-Z-469" }]\nnote = "Printed 2025208-Z-469."')
    (number,) = found.projects[0].numbers
    assert (number.raw, number.valid) == ("2025208-Z-469", False)


def test_a_printed_title_belongs_to_a_line_of_its_entry(read_with: Reading) -> None:
    with pytest.raises(BadRecords, match=r"projects\[L3\]\.printed\.line: is 9"):
        read_with('target = "2026-Q1"', 'printed = [{ line = 9, text = "Model" }]')


def test_all_faults_of_all_files_are_reported_at_once(read_with: Reading, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("projects = [", encoding="utf-8")
    with pytest.raises(BadRecords) as refusal:
        read_with('body = "sac"\nparent', 'colour = "red"\nparent')
    assert {finding.file for finding in refusal.value.findings} == {"other.toml", "committees.toml"}
    assert len(refusal.value.findings) == 3
    assert all(str(finding) in str(refusal.value) for finding in refusal.value.findings)


def test_a_fault_in_a_committee_is_not_reported_again_at_its_projects(read_with: Reading) -> None:
    with pytest.raises(BadRecords) as refusal:
        read_with('kind = "sc"', 'kind = "club"')
    assert [finding.key for finding in refusal.value.findings] == ["committees[sac-tc28-sc42].kind"]


def test_an_unknown_table_is_refused(read_with: Reading) -> None:
    with pytest.raises(BadRecords, match=r"report\.toml: persons: nothing is called so"):
        read_with("[source]", '[persons]\nname = "x"\n\n[source]')


def test_a_file_that_is_no_utf8_is_refused(read_with: Reading, tmp_path: Path) -> None:
    (tmp_path / "gbk.toml").write_bytes("title = '标准'".encode("gb18030"))
    with pytest.raises(BadRecords, match=r"gbk\.toml: cannot be read as TOML in UTF-8"):
        read_with()


def test_bodies_and_committees_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(BadRecords) as refusal:
        read(tmp_path)
    assert [finding.file for finding in refusal.value.findings] == ["bodies.toml", "committees.toml"]
