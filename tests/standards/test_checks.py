from pathlib import Path

import pytest

from standards.checks import every_gate_has_one_predicate, machine, tracks_narrow_the_machine, widening
from tests.workflows.toy import BREAD
from workflows.library import Track, load
from workflows.states import State, Verb

WITHDRAWN = """
[[stages]]
code = "95"
state = "withdrawn"
name = { en = "Stale", zh = "过期" }

[verbs.withdraw]
from = ["published"]
to = "withdrawn"
"""
CANCEL = """[verbs.cancel]
from = ["proposal", "draft"]
to = "cancelled"
gates = ["reason_given"]
"""
START_PUBLISHED = """[verbs.start_draft]
from = ["proposal"]
to = "published"

[verbs.open_comment]
from = ["proposal"]
to = "draft"
"""


def bread(folder: Path, old: str, new: str) -> Track:
    assert old in BREAD
    (folder / "bread.toml").write_text(BREAD.replace(old, new))
    return load(folder)["bread"]


def test_the_procedures_that_come_with_the_tracker_only_narrow_the_machine() -> None:
    assert tracks_narrow_the_machine() == []
    assert every_gate_has_one_predicate() == []


def test_a_procedure_that_only_narrows_the_machine_is_taken(tmp_path: Path) -> None:
    assert widening(bread(tmp_path, "[ladders", WITHDRAWN + "\n[ladders")) == []


def test_every_verb_is_in_the_machine_and_no_verb_leads_out_of_the_states() -> None:
    arrows = set(machine())
    assert {verb for verb, _source, _target in arrows} == set(Verb)
    assert {state for _verb, *ends in arrows for state in ends} == set(State)


@pytest.mark.parametrize(
    ("old", "new", "move"),
    [
        ('[verbs.publish]\nfrom = ["draft"]', '[verbs.publish]\nfrom = ["proposal", "draft"]',
         ("publish", "proposal", "published")),
        ('[verbs.cancel]\nfrom = ["proposal",', '[verbs.cancel]\nfrom = ["published", "proposal",',
         ("cancel", "published", "cancelled")),
        ('[verbs.start_draft]\nfrom = ["proposal"]\nto = "draft"', START_PUBLISHED,
         ("start_draft", "proposal", "published")),
        ('[verbs.reinstate]\nfrom = ["cancelled"]', '[verbs.reinstate]\nfrom = ["published"]',
         ("reinstate", "published", "draft")),
        ("[ladders", '[verbs.hold]\nfrom = ["published"]\n[ladders', ("hold", "published", "published")),
        ("[ladders", '[verbs.advance]\nfrom = ["cancelled"]\n[ladders', ("advance", "cancelled", "cancelled")),
        ("[ladders", '[verbs.withdraw]\nfrom = ["draft"]\nto = "cancelled"\n[ladders',
         ("withdraw", "draft", "cancelled")),
        (CANCEL, '[verbs.withdraw]\nfrom = ["published"]\nto = "cancelled"', ("withdraw", "published", "cancelled")),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_a_procedure_that_widens_the_machine_is_named_with_the_move(
    tmp_path: Path, old: str, new: str, move: tuple[str, str, str]
) -> None:
    assert move in widening(bread(tmp_path, old, new))
