"""Reading procedures: what a file becomes, and how one that makes no sense is refused."""

from datetime import date
from pathlib import Path

import pytest

from tests.workflows.toy import BREAD, bake
from workflows.calendar import Ladder, Period
from workflows.library import SHIPPED, BrokenTrack, Rule, Stage, Track, UnknownStage, UnknownTrack, library, load, track
from workflows.states import Gate, Label, Level, NumberKind, State, Verb


@pytest.fixture
def bread(tmp_path: Path) -> Track:
    return load(bake(tmp_path))["bread"]


def refused(folder: Path) -> BrokenTrack:
    with pytest.raises(BrokenTrack) as refusal:
        load(folder)
    return refusal.value


# What a file becomes


def test_a_file_becomes_a_track_with_all_it_says(bread: Track) -> None:
    assert bread.code == "bread"
    assert bread.name == Label("Bread", "面包")
    assert (bread.body, bread.level, bread.deliverable) == ("bakery", Level.SECTOR, "loaf")
    assert bread.stages == (
        Stage("00", State.PROPOSAL, Label("Wish", "想法"), None),
        Stage("20", State.DRAFT, Label("Dough", "面团"), Period(days=1)),
        Stage("60", State.PUBLISHED, Label("Loaf", "成品"), None),
    )
    assert bread.rules == {
        Verb.START_DRAFT: Rule(Verb.START_DRAFT, frozenset({State.PROPOSAL}), State.DRAFT, (Gate.NUMBER_GIVEN,)),
        Verb.PUBLISH: Rule(
            Verb.PUBLISH, frozenset({State.DRAFT}), State.PUBLISHED, (Gate.PUBLISHED_NUMBER_GIVEN,), "60"
        ),
        Verb.CANCEL: Rule(Verb.CANCEL, frozenset({State.PROPOSAL, State.DRAFT}), State.CANCELLED, (Gate.REASON_GIVEN,)),
        Verb.REINSTATE: Rule(Verb.REINSTATE, frozenset({State.CANCELLED}), None),
    }
    assert bread.ladders == {"target": Ladder((30, 7), on_day=True, every=7)}
    assert bread.start_numbers == (NumberKind.PLAN,)
    assert bread.comment_period == Period(days=2)
    assert bread.source == "A cookery book"


def test_a_track_cannot_be_changed(bread: Track) -> None:
    with pytest.raises(AttributeError):
        bread.code = "cake"  # type: ignore[misc]
    with pytest.raises(TypeError):
        bread.rules[Verb.HOLD] = bread.rules[Verb.CANCEL]  # type: ignore[index]
    with pytest.raises(TypeError):
        bread.ladders["target"] = Ladder()  # type: ignore[index]


def test_limits_comment_period_and_overdue_reminders_may_be_left_out(tmp_path: Path) -> None:
    cuts = (
        ('limit = "P1D"\n', ""),
        ('comment_period = "P2D"\n', ""),
        ("every = 7\n", ""),
        ('except = ["LOAF 13"]\n', ""),
    )
    found = load(bake(tmp_path, *cuts))["bread"]
    assert found.stage("20").limit is None
    assert found.comment_period is None
    assert found.ladders["target"].every is None
    assert found.publishes_as("LOAF 13")


def test_a_stage_is_found_by_its_code(bread: Track) -> None:
    assert bread.stage("20").name.en == "Dough"


def test_an_unknown_stage_is_refused_with_the_stages_there_are(bread: Track) -> None:
    with pytest.raises(UnknownStage, match="bread has no stage '30'; its stages are 00, 20, 60"):
        bread.stage("30")


def test_the_states_of_a_track_are_those_with_stages_or_verbs_in_their_order(bread: Track) -> None:
    assert bread.states == (State.PROPOSAL, State.DRAFT, State.PUBLISHED, State.CANCELLED)
    assert bread.path == (State.PROPOSAL, State.DRAFT, State.PUBLISHED)


def test_a_published_number_is_judged_by_the_patterns_of_its_track(bread: Track) -> None:
    assert bread.publishes_as("LOAF 1")
    assert not bread.publishes_as("LOAF 13")
    assert not bread.publishes_as("loaf 1")
    assert not bread.publishes_as("CAKE 1")


def test_a_state_without_a_stage_of_its_own_has_no_first_stage(bread: Track) -> None:
    assert bread.first_stage(State.CANCELLED, near="20") is None


def test_several_files_are_several_tracks_in_the_order_of_their_codes(tmp_path: Path) -> None:
    for code in ("bread-t", "bread", "zwieback"):
        bake(tmp_path, ('"bread"', f'"{code}"'), name=f"{code}.toml")
    assert list(load(tmp_path)) == ["bread", "bread-t", "zwieback"]


def test_a_separate_approval_is_had_by_asking_for_it_in_the_file(tmp_path: Path) -> None:
    text = (SHIPPED / "gb-z.toml").read_text(encoding="utf-8")
    asked = text.replace(
        '[[stages]]\ncode = "60"',
        '[[stages]]\ncode = "40"\nstate = "approval"\nname = { en = "Technical review", zh = "审查阶段" }\n\n'
        '[[stages]]\ncode = "60"',
    ).replace(
        '[verbs.publish]\nfrom = ["public_comment"]',
        '[verbs.submit]\nfrom = ["public_comment"]\nto = "approval"\ngates = ["comment_period_over"]\n\n'
        '[verbs.publish]\nfrom = ["public_comment", "approval"]',
    )
    (tmp_path / "gb-z.toml").write_text(asked, encoding="utf-8")
    found = load(tmp_path)["gb-z"]
    assert found.rules[Verb.SUBMIT].target == State.APPROVAL
    assert found.rules[Verb.PUBLISH].sources == {State.PUBLIC_COMMENT, State.APPROVAL}


# The shipped ones


def test_the_shipped_tracks_are_read_once() -> None:
    assert library() is library()
    assert track("gb-z") is library()["gb-z"]


def test_the_library_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        library()["cake"] = track("gb")  # type: ignore[index]


def test_an_unknown_track_is_refused_with_the_tracks_there_are() -> None:
    with pytest.raises(UnknownTrack, match=r"no procedure 'gbt'; there are association, gb, gb-t, .*, sector\."):
        track("gbt")


# Refusals: the change to the toy, the key that is named, and the reason that is given

STATES = "proposal, draft, public_comment, approval, published, cancelled, withdrawn"
STAGE_20 = '[[stages]]\ncode = "20"\nstate = "draft"\nname = { en = "Dough", zh = "面团" }\nlimit = "P1D"\n'
APPROVAL = '[[stages]]\ncode = "50"\nstate = "approval"\nname = { en = "Oven", zh = "烤炉" }\n\n[verbs.start_draft]'

REFUSALS = [
    # what is unknown
    (
        'body = "bakery"',
        'body = "bakery"\nbaker = "me"',
        "baker",
        "nothing is called so here; the keys are: body, code, comment_period",
    ),
    ("on_day = true", "on_day = true\nafter = 3", "ladders.target.after", "the keys are: before, every, on_day"),
    (
        'limit = "P1D"',
        'limits = "P1D"',
        "stages[20].limits",
        "nothing is called so here; the keys are: code, limit, name, state",
    ),
    ('zh = "面包" }', 'zh = "面包", fr = "Pain" }', "name.fr", "nothing is called so here; the keys are: en, zh"),
    (
        'example = "',
        'sample = 1\nexample = "',
        "numbers.sample",
        "nothing is called so here; the keys are: example, except, published, start",
    ),
    ('to = "draft"', 'to = "draft"\nvia = "oven"', "verbs.start_draft.via", "the keys are: from, gates, stage, to"),
    ('from = ["cancelled"]', 'from = ["cancelled"]\nto = "draft"', "verbs.reinstate.to", "the keys are: from, gates"),
    ('state = "draft"', 'state = "dough"', "stages[20].state", f"no state is called 'dough'; there are: {STATES}"),
    ('from = ["draft"]', 'from = ["dough"]', "verbs.publish.from", f"no state is called 'dough'; there are: {STATES}"),
    ('to = "published"', 'to = "eaten"', "verbs.publish.to", f"no state is called 'eaten'; there are: {STATES}"),
    ("[verbs.cancel]", "[verbs.burn]", "verbs.burn", "no verb is called so; there are: start_draft, open_comment,"),
    (
        '["number_given"]',
        '["oven_hot"]',
        "verbs.start_draft.gates",
        "no gate is called 'oven_hot'; there are: number_given,",
    ),
    (
        '"sector"',
        '"village"',
        "level",
        "no level is called 'village'; there are: national, sector, association, international",
    ),
    ('["plan"]', '["recipe"]', "numbers.start", "no kind of number is called 'recipe'; there are: plan, application,"),
    # what is missing
    ('name = { en = "Bread", zh = "面包" }\n', "", "name", "is missing; it must be a table"),
    ('name = { en = "Dough", zh = "面团" }\n', "", "stages[20].name", "is missing; it must be a table"),
    (', zh = "面团"', "", "stages[20].name.zh", "is missing; it must be a text in quotes"),
    ('en = "Dough", ', "", "stages[20].name.en", "is missing; it must be a text in quotes"),
    ('zh = "面团"', 'zh = " "', "stages[20].name.zh", "is empty"),
    ('to = "draft"\n', "", "verbs.start_draft.to", "is missing; it must be a text in quotes"),
    ('from = ["draft"]\n', "", "verbs.publish.from", "is missing; it must be a list"),
    ('state = "draft"\n', "", "stages[20].state", "is missing; it must be a text in quotes"),
    ('code = "20"\n', "", "stages[#2].code", "is missing; it must be a text in quotes"),
    ('source = "A cookery book"\n', "", "source", "is missing"),
    ("[ladders.target]\nbefore = [30, 7]\non_day = true\nevery = 7\n", "", "ladders", "is missing; it must be a table"),
    ("on_day = true\n", "", "ladders.target.on_day", "is missing; it must be true or false"),
    # what is of the wrong form
    (
        'limit = "P1D"',
        'limit = "1 day"',
        "stages[20].limit",
        "'1 day' is no duration; write one such as P3M (3 months)",
    ),
    ('limit = "P1D"', "limit = 1", "stages[20].limit", "must be a text in quotes, not 1"),
    ('"P2D"', '"P0D"', "comment_period", "'P0D' is no duration"),
    ('code = "20"', "code = 20.20", "stages[20.2].code", "must be a text in quotes, not 20.2"),
    ('from = ["draft"]', 'from = "draft"', "verbs.publish.from", "must be a list, not 'draft'"),
    ('from = ["draft"]', "from = [1]", "verbs.publish.from", "must be a list of texts in quotes"),
    ('from = ["draft"]', 'from = ["draft", "draft"]', "verbs.publish.from", "names a state twice"),
    ("before = [30, 7]", 'before = ["30"]', "ladders.target.before", "must be a list of whole numbers from 1 to 3650"),
    ("before = [30, 7]", "before = [30, 0]", "ladders.target.before", "must be a list of whole numbers from 1 to 3650"),
    ("before = [30, 7]", "before = [true]", "ladders.target.before", "must be a list of whole numbers from 1 to 3650"),
    (
        "before = [30, 7]",
        "before = [3651, 7]",
        "ladders.target.before",
        "must be a list of whole numbers from 1 to 3650",
    ),
    (
        "before = [30, 7]",
        "before = [7, 30]",
        "ladders.target.before",
        "must be listed from most days to fewest, each once",
    ),
    (
        "before = [30, 7]",
        "before = [7, 7]",
        "ladders.target.before",
        "must be listed from most days to fewest, each once",
    ),
    ("every = 7", "every = 0", "ladders.target.every", "must be a whole number from 1 to 366"),
    ("every = 7", "every = true", "ladders.target.every", "must be a whole number, not True"),
    ("on_day = true", "on_day = 1", "ladders.target.on_day", "must be true or false, not 1"),
]

MISFITS = [
    ('from = ["draft"]', "from = []", "verbs.publish.from", "names no state; without one the verb is never possible"),
    ("[ladders.target]", "[ladders.tarjet]", "ladders.tarjet", "nothing is called so here; the keys are: target"),
    ('code = "20"', 'code = "00"', "stages[00].code", "the code is used 2 times; each stage needs one of its own"),
    ('code = "20"', f'code = "{"2" * 21}"', f"stages[{'2' * 21}].code", "is longer than 20 characters"),
    ('code = "bread"', 'code = "cake"', "code", "is 'cake', but the file is called 'bread.toml'; the two must agree"),
    ("[verbs.start_draft]", APPROVAL, "stages[50]", "nothing reaches it: no verb leads from proposal to approval"),
    ('state = "proposal"', 'state = "draft"', "verbs.start_draft.from", "this procedure has no stage in proposal"),
    (
        'from = ["draft"]',
        'from = ["draft", "approval"]',
        "verbs.publish.from",
        "this procedure has no stage in approval",
    ),
    (STAGE_20, "", "verbs.start_draft.to", "this procedure has no stage in draft"),
    ('stage = "60"', 'stage = "20"', "verbs.publish.stage", "'20' is no stage in published; there are: 60"),
    ('stage = "60"', 'stage = "61"', "verbs.publish.stage", "'61' is no stage in published; there are: 60"),
    (
        '["published_number_given"]',
        '["reason_given"]',
        "verbs.publish.gates",
        "publish takes no reason, so reason_given could never open",
    ),
    (
        'start = ["plan"]',
        "start = []",
        "numbers.start",
        "names no kind of number, so the gate number_given could never open",
    ),
    ('"LOAF 12"', '"LOAF 13"', "numbers.example", "'LOAF 13' does not match what numbers.published and except say"),
    (
        'to = "cancelled"',
        'to = "draft"',
        "verbs.reinstate.from",
        "nothing reaches cancelled: no verb leads there from proposal",
    ),
]


@pytest.mark.parametrize(("old", "new", "key", "reason"), REFUSALS)
def test_a_fault_in_a_file_is_refused_once_with_file_key_and_reason(
    tmp_path: Path, old: str, new: str, key: str, reason: str
) -> None:
    refusal = refused(bake(tmp_path, (old, new)))
    assert [finding.key for finding in refusal.findings] == [key]
    assert reason in refusal.reason
    assert str(refusal) == f"bread.toml: {key}: {refusal.reason}"


@pytest.mark.parametrize(("old", "new", "key", "reason"), MISFITS)
def test_parts_that_do_not_fit_each_other_are_refused_with_file_key_and_reason(
    tmp_path: Path, old: str, new: str, key: str, reason: str
) -> None:
    found = [str(finding) for finding in refused(bake(tmp_path, (old, new))).findings]
    assert any(text.startswith(f"bread.toml: {key}: ") and reason in text for text in found), found


def test_a_refusal_lists_everything_wrong_with_the_file(tmp_path: Path) -> None:
    faults = (
        ('state = "draft"', 'state = "dough"'),
        ('["number_given"]', '["oven_hot"]'),
        ('limit = "P1D"', 'limit = "1 day"'),
    )
    refusal = refused(bake(tmp_path, *faults))
    assert [finding.key for finding in refusal.findings] == [
        "stages[20].state",
        "stages[20].limit",
        "verbs.start_draft.gates",
    ]
    assert len(str(refusal).splitlines()) == 3
    assert (refusal.file, refusal.key) == ("bread.toml", "stages[20].state")
    assert str(refusal).splitlines()[0] == f"bread.toml: stages[20].state: {refusal.reason}"


def test_a_misspelt_state_is_not_reported_again_as_an_unreached_stage(tmp_path: Path) -> None:
    refusal = refused(bake(tmp_path, ('to = "published"', 'to = "publisht"')))
    assert [finding.key for finding in refusal.findings] == ["verbs.publish.to"]


def test_a_state_that_only_an_unreached_state_leads_to_is_unreached(tmp_path: Path) -> None:
    refusal = refused(bake(tmp_path, ('from = ["proposal"]\nto = "draft"', 'from = ["draft"]\nto = "draft"')))
    assert {finding.key for finding in refusal.findings} >= {"stages[20]", "stages[60]", "verbs.publish.from"}


def test_a_syntax_error_is_refused_with_its_line(tmp_path: Path) -> None:
    refusal = refused(bake(tmp_path, ('body = "bakery"', "body = bakery")))
    assert (refusal.file, refusal.key) == ("bread.toml", "line 3")
    assert "is no TOML" in refusal.reason


def test_a_key_given_twice_is_a_syntax_error(tmp_path: Path) -> None:
    refusal = refused(bake(tmp_path, ('body = "bakery"', 'body = "bakery"\nbody = "oven"')))
    assert refusal.key == "line 4"


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bread.toml").write_text('code = "bread', encoding="utf-8")
    assert "is no TOML" in refused(tmp_path).reason


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bread.toml").write_bytes(BREAD.encode("gb18030"))
    assert refused(tmp_path).reason == "is not UTF-8; save the file as UTF-8"


def test_an_empty_file_is_refused_with_all_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "bread.toml").write_text("", encoding="utf-8")
    missing = {finding.key for finding in refused(tmp_path).findings}
    assert missing >= {
        "code",
        "name",
        "body",
        "level",
        "deliverable",
        "stages",
        "verbs",
        "ladders",
        "numbers",
        "source",
    }


@pytest.mark.parametrize("values", ["stages = 3", 'stages = ["00"]', "stages = { code = 1 }"])
def test_stages_that_are_no_tables_are_refused(tmp_path: Path, values: str) -> None:
    (tmp_path / "bread.toml").write_text(f'code = "bread"\n{values}\n', encoding="utf-8")
    assert any(
        finding.key.startswith("stages") and "[[stages]]" in finding.reason for finding in refused(tmp_path).findings
    )


def test_a_code_that_another_file_has_is_refused(tmp_path: Path) -> None:
    bake(tmp_path)
    refusal = refused(bake(tmp_path, name="bread2.toml"))
    assert (refusal.file, refusal.key) == ("bread2.toml", "code")
    assert (
        refusal.reason
        == "is 'bread', but the file is called 'bread2.toml' and bread.toml is there already; the two must agree"
    )


def test_a_folder_without_procedures_is_refused(tmp_path: Path) -> None:
    assert "holds no procedure" in str(refused(tmp_path))


def test_a_limit_is_counted_from_the_day_it_starts(bread: Track) -> None:
    limit = bread.stage("20").limit
    assert limit is not None
    assert limit.add_to(date(2026, 2, 28)) == date(2026, 3, 1)
