"""Which procedure a row's project follows: what its number says, and what is called the nature of the standard."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _

from standards.cleaning import Unclean
from standards.importers.spelling import fold
from standards.numbers import Family, ParsedNumber
from workflows.library import library

_NATIONAL = {"": "gb", "Q": "gb", "T": "gb-t", "Z": "gb-z"}
_INTERNATIONAL = {"": "iso-iec-is", "IS": "iso-iec-is", "TS": "iso-iec-ts", "TR": "iso-iec-tr"}
_BY_FAMILY: Mapping[Family, str] = MappingProxyType(
    {
        Family.SECTOR_PLAN: "sector",
        Family.SECTOR: "sector",
        Family.ASSOCIATION: "association",
        Family.IEEE: "ieee",
    }
)
_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "gb": ("GB", "强制", "强制性", "强制性国家标准", "强制性标准", "mandatory", "Q"),
        "gb-t": ("GB/T", "推荐", "推荐性", "推荐性国家标准", "推荐性标准", "recommended", "T"),
        "gb-z": (
            "GB/Z", "指导", "指导性", "指导性技术文件", "国家标准化指导性技术文件", "guiding", "guide", "guidance", "Z",
        ),
        "sector": ("行业", "行业标准", "sector", "SJ", "SJ/T", "YD/T"),
        "association": ("团体", "团体标准", "association"),
        "iso-iec-is": ("IS", "ISO", "ISO/IEC", "国际标准", "international standard"),
        "iso-iec-ts": ("TS", "技术规范", "technical specification"),
        "iso-iec-tr": ("TR", "技术报告", "technical report"),
        "ieee": ("IEEE", "IEEE Std"),
    }
)  # fmt: skip
_KNOWN = {fold(word): code for code, words in _WORDS.items() for word in words}
_EXACT = re.compile(r"T/[0-9A-Z]{2,20}|[A-Z]{2}(/[TZ])?")
# “Recommended” and “mandatory” are said of standards of sectors and associations too; their numbers say whose they are.
_WITHOUT_NATURE = frozenset({"sector", "association"})


def track_of_number(number: ParsedNumber) -> str:
    """The code of the procedure that gives such numbers; empty where the number does not tell or there is none."""
    if not number.valid:
        return ""
    if number.family in (Family.PLAN, Family.NATIONAL):
        return _NATIONAL.get(number.nature, "")
    if number.family in (Family.ISO, Family.IEC):
        return _INTERNATIONAL.get(number.type, "")
    return _BY_FAMILY.get(number.family, "")


def track_of_nature(nature: str) -> str:
    """The code of the procedure of that nature (推荐性, GB/T, TS) or of that very code; empty for an unknown word."""
    folded = fold(nature)
    if folded.startswith("t/"):
        return "association"
    return folded if folded in library() else _KNOWN.get(folded, "")


def track_of(numbers: Iterable[ParsedNumber], stated: str) -> tuple[str, str]:
    """The procedure that the numbers tell, or else the stated one; and a word where the two contradict each other.

    ``stated`` is a procedure's code or empty. Empty where neither tells. Raises ``Unclean`` where two numbers disagree.
    """
    told = {code: number.value for number in numbers if (code := track_of_number(number))}
    if len({library()[code].deliverable for code in told}) > 1:
        words = {"numbers": ", ".join(told.values())}
        raise Unclean(
            _("the numbers %(numbers)s belong to different procedures; write one project in one row.") % words
        )
    by_number = next(iter(told), "")
    if not by_number or not stated or _agree(by_number, stated):
        return stated or by_number, ""
    if by_number in _WITHOUT_NATURE and stated in _NATIONAL.values():
        return by_number, ""
    words = {"number": told[by_number], "number_says": by_number, "stated": stated}
    return by_number, _("the number %(number)s says %(number_says)s, not %(stated)s; the number counts.") % words


def _agree(one: str, other: str) -> bool:
    return library()[one].deliverable == library()[other].deliverable


def deliverable_of(track: str, numbers: Iterable[ParsedNumber]) -> str:
    """What kind of document it becomes: T/CESA and SJ/T are said by their numbers, all others by the procedure."""
    if track in _WITHOUT_NATURE:
        for number in numbers:
            if number.valid and number.publishers:
                own = f"T/{number.publishers[0]}" if track == "association" else _sector(number)
                return own[:40]
    return library()[track].deliverable


def own_deliverable(track: str, nature: str) -> str:
    """What the nature says more exactly than the procedure: T/CESA, SJ/T; empty where it says no more."""
    exact = _EXACT.fullmatch(nature.strip().upper()) if track in _WITHOUT_NATURE else None
    return exact[0] if exact else ""


def _sector(number: ParsedNumber) -> str:
    return f"{number.publishers[0]}/{number.nature}" if number.nature in ("T", "Z") else number.publishers[0]


UNNAMED_ASSOCIATION = "association-unnamed"


def body_of(track: str, numbers: Iterable[ParsedNumber]) -> str:
    """The slug of the body: the procedure's own, but an association is the one its number names, or an unnamed one."""
    if track != "association":
        return library()[track].body
    named = (number.publishers[0].lower() for number in numbers if number.valid and number.publishers)
    return next(named, UNNAMED_ASSOCIATION)
