"""The shared vocabulary: states, verbs, gates, kinds of number, and what people call them.

Stored values are the lowercase slugs; labels are for people and may change without a migration. A stage code is not
here: it means something only inside its track (30 is public comment in China and committee work at ISO).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Label:
    """What people call something, in English and Chinese."""

    en: str
    zh: str

    def in_language(self, code: str) -> str:
        """The Chinese text for any code that begins with "zh" (zh-hans, zh-CN, zh_Hant), else the English one."""
        return self.zh if code.lower().startswith("zh") else self.en


class State(StrEnum):
    """Where a project stands, comparable over all bodies; listed in the order a project goes through them."""

    PROPOSAL = "proposal"
    DRAFT = "draft"
    PUBLIC_COMMENT = "public_comment"
    APPROVAL = "approval"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    """A named transition. A track says from where to where, and behind which gates."""

    START_DRAFT = "start_draft"
    OPEN_COMMENT = "open_comment"
    RETURN_TO_DRAFT = "return_to_draft"
    SUBMIT = "submit"
    PUBLISH = "publish"
    ADVANCE = "advance"
    HOLD = "hold"
    RESUME = "resume"
    CANCEL = "cancel"
    REINSTATE = "reinstate"
    WITHDRAW = "withdraw"


class Gate(StrEnum):
    """A fact that must hold before a verb; each states what is true when the gate is open."""

    NUMBER_GIVEN = "number_given"
    COMMENT_PERIOD_GIVEN = "comment_period_given"
    COMMENT_PERIOD_OVER = "comment_period_over"
    PUBLISHED_NUMBER_GIVEN = "published_number_given"
    PUBLICATION_DATES_GIVEN = "publication_dates_given"
    REASON_GIVEN = "reason_given"


class Level(StrEnum):
    """For whom a standard is made."""

    NATIONAL = "national"
    SECTOR = "sector"
    ASSOCIATION = "association"
    INTERNATIONAL = "international"


class NumberKind(StrEnum):
    """What an identifier identifies: `20252081-Z-469` is a plan, `GB/T 45401.1-2025` a published text."""

    PLAN = "plan"
    APPLICATION = "application"
    SECTOR_PLAN = "sector_plan"
    PUBLISHED = "published"
    PROJECT = "project"


class Precision(StrEnum):
    """How exactly a date is known; the due day is the last day of the period."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


class FactKind(StrEnum):
    """The form of a fact that goes with a verb: how to ask for it and how to read it."""

    DATE = "date"
    TEXT = "text"
    URL = "url"
    NUMBER = "number"
    STAGE = "stage"
    PROJECT = "project"


ENDS = frozenset({State.CANCELLED, State.WITHDRAWN})
BEFORE_PUBLICATION = frozenset({State.PROPOSAL, State.DRAFT, State.PUBLIC_COMMENT, State.APPROVAL})

# Verbs that name no state to go to: these stay where they are, and reinstate goes back to where the project was.
STAYING = frozenset({Verb.ADVANCE, Verb.HOLD, Verb.RESUME})
WITHOUT_TARGET = STAYING | {Verb.REINSTATE}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a verb is told: the key in the API and in `perform`, its form, its name.

    `required` means that the verb makes no sense without it. What a procedure asks for is a gate instead, because a
    fact may also be on record already, and because a gate can be overridden with a reason.
    """

    name: str
    kind: FactKind
    label: Label
    required: bool = False


_NUMBER = Fact("number", FactKind.NUMBER, Label("Number", "编号"))
_REASON = Fact("reason", FactKind.TEXT, Label("Reason", "理由"))
_STAGE = Fact("stage", FactKind.STAGE, Label("Stage", "阶段"))

# Every verb that enters a state may name the stage to enter. The fast tracks pass start_draft by, so the number that a
# plan brings can also be told with open_comment and submit.
FACTS: Mapping[Verb, tuple[Fact, ...]] = MappingProxyType(
    {
        Verb.START_DRAFT: (_NUMBER, _STAGE),
        Verb.OPEN_COMMENT: (
            Fact("from", FactKind.DATE, Label("Comment from", "征求意见开始日期")),
            Fact("until", FactKind.DATE, Label("Comment until", "征求意见截止日期")),
            Fact("url", FactKind.URL, Label("Where to comment", "意见提交地址")),
            _NUMBER,
            _STAGE,
        ),
        Verb.RETURN_TO_DRAFT: (_STAGE,),
        Verb.SUBMIT: (_NUMBER, _STAGE),
        Verb.PUBLISH: (
            _NUMBER,
            Fact("published_on", FactKind.DATE, Label("Published on", "发布日期")),
            Fact("in_force_on", FactKind.DATE, Label("In force on", "实施日期")),
            _STAGE,
        ),
        Verb.ADVANCE: (Fact("stage", FactKind.STAGE, Label("Stage", "阶段"), required=True),),
        Verb.HOLD: (_REASON,),
        Verb.RESUME: (_REASON,),
        Verb.CANCEL: (_REASON, _STAGE),
        Verb.REINSTATE: (_REASON, _STAGE),
        Verb.WITHDRAW: (
            _REASON,
            Fact("successor", FactKind.PROJECT, Label("Replaced by", "代替项目")),
            _STAGE,
        ),
    }
)

STATE_LABELS: Mapping[State, Label] = MappingProxyType(
    {
        State.PROPOSAL: Label("Proposal", "立项"),
        State.DRAFT: Label("Drafting", "起草"),
        State.PUBLIC_COMMENT: Label("Public comment", "征求意见"),
        State.APPROVAL: Label("Review and approval", "审查与批准"),
        State.PUBLISHED: Label("Published", "已发布"),
        State.CANCELLED: Label("Cancelled", "终止"),
        State.WITHDRAWN: Label("Withdrawn", "废止"),
    }
)

VERB_LABELS: Mapping[Verb, Label] = MappingProxyType(
    {
        Verb.START_DRAFT: Label("Start drafting", "开始起草"),
        Verb.OPEN_COMMENT: Label("Open for comment", "开始征求意见"),
        Verb.RETURN_TO_DRAFT: Label("Return to drafting", "退回起草"),
        Verb.SUBMIT: Label("Submit for approval", "送审报批"),
        Verb.PUBLISH: Label("Publish", "发布"),
        Verb.ADVANCE: Label("Advance within the state", "阶段推进"),
        Verb.HOLD: Label("Put on hold", "暂停"),
        Verb.RESUME: Label("Resume", "恢复"),
        Verb.CANCEL: Label("Cancel", "终止"),
        Verb.REINSTATE: Label("Reinstate", "恢复立项"),
        Verb.WITHDRAW: Label("Withdraw", "废止"),
    }
)

GATE_LABELS: Mapping[Gate, Label] = MappingProxyType(
    {
        Gate.NUMBER_GIVEN: Label("Plan or project number given", "已有计划号或项目编号"),
        Gate.COMMENT_PERIOD_GIVEN: Label("Comment period given", "已确定征求意见起止日期"),
        Gate.COMMENT_PERIOD_OVER: Label("Comment period over", "征求意见期已截止"),
        Gate.PUBLISHED_NUMBER_GIVEN: Label("Standard number given", "已有标准编号"),
        Gate.PUBLICATION_DATES_GIVEN: Label("Publication dates given", "已确定发布日期和实施日期"),
        Gate.REASON_GIVEN: Label("Reason given", "已说明理由"),
    }
)

LEVEL_LABELS: Mapping[Level, Label] = MappingProxyType(
    {
        Level.NATIONAL: Label("National", "国家标准"),
        Level.SECTOR: Label("Sector", "行业标准"),
        Level.ASSOCIATION: Label("Association", "团体标准"),
        Level.INTERNATIONAL: Label("International", "国际标准"),
    }
)

NUMBER_KIND_LABELS: Mapping[NumberKind, Label] = MappingProxyType(
    {
        NumberKind.PLAN: Label("Plan number", "计划号"),
        NumberKind.APPLICATION: Label("Application number", "申报号"),
        NumberKind.SECTOR_PLAN: Label("Sector plan number", "行业标准计划号"),
        NumberKind.PUBLISHED: Label("Standard number", "标准编号"),
        NumberKind.PROJECT: Label("Project number", "项目编号"),
    }
)

PRECISION_LABELS: Mapping[Precision, Label] = MappingProxyType(
    {
        Precision.DAY: Label("Day", "日"),
        Precision.MONTH: Label("Month", "月"),
        Precision.QUARTER: Label("Quarter", "季度"),
        Precision.HALF: Label("Half-year", "半年"),
        Precision.YEAR: Label("Year", "年"),
    }
)
