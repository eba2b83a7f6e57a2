"""IEEE standards, projects and drafts: the IEEE SA Operations Manual, and what the IEEE registry writes."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from workflows.states import NumberKind

from .notation import MONTH, NO_YEAR, YEAR, grammar, whole
from .parsed import Family, ParsedNumber, Supplement

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH_NUMBERS = {month[:3].lower(): number for number, month in enumerate(MONTHS, 1)}

_BODY = r"ANSI|ASTM|CSA|IEC|ISO|NACE|SAE"
_FRONT = rf"(?P<publishers>(?:(?:{_BODY})/)*IEEE(?:/(?:{_BODY}))*)"
# The registry says of a draft whether it is approved; printed standards say Std, or No before 1970.
_STATUS = r"(?P<status>(?:Active )?(?:Unapproved|Approved)(?: Draft)?|Draft)"
_STD = r"(?:Std|Standard|No)\b\.?(?: ?No\b\.?)?"
# 2807.4, 802.11ax, 802.1Q-REV, C57.12.00, 11073-10420, 7-4.3.2; a P in front makes it a project.
_PARTS = r"(?P<parts>(?:(?:[.-]|_(?=Rev))[0-9A-Z]{1,12})*?)"
_NUMBER = rf"(?P<p>P(?=[CN]?[0-9]))?(?P<number>[CN]?[0-9]{{1,6}}[A-Z]{{0,8}}[0-9]?){_PARTS}"
_YEAR = rf"(?:-(?P<year>{YEAR}))?"
_SUPPLEMENT = rf"(?:[/_ -](?P<kind>Cor|Amd|Conformance)\.?[ -]?(?P<count>[0-9]{{1,2}})(?:-(?P<sup_year>{YEAR}))?)?"
# /D2, _D3.1, /DB4, and the /D-2-2024-09 of the registry.
_DRAFT = (
    r"(?:(?: ?[/_]D(?:raft)?[-.]?(?=[0-9A-Z])|[ -]D(?=[0-9]))(?P<draft>[0-9A-Z][0-9A-Z.+]{0,11})"
    rf"(?:-(?P<on_year>{YEAR})(?:-(?P<on_month>{MONTH}))?)?)?"
)
_IEEE = grammar(rf"(?:{_FRONT} ?)?(?:{_STATUS} )?(?:{_STD} ?)?{_NUMBER}{_YEAR}{_SUPPLEMENT}{_DRAFT}")

_NAMED_MONTH = "|".join((*MONTHS, "Sept", *(month[:3] for month in MONTHS)))
# A draft bears its date: , July 2021 or May 8, 2016. A printed standard of the 1990s may say , 1998 Edition.
_DATE = grammar(
    rf" ?(?:,? ?(?P<month>{_NAMED_MONTH})\.?,? ?(?:[0-9]{{1,2}},? )?|, ?)(?P<year>{YEAR})(?P<edition> Edition)?\Z"
)
# (Revision of ...), [Corrigendum to ...], - Redline: said about the text, not part of its number.
_REMARK = grammar(r"[ -]?(?P<remark>[(\[].*|-Redline\Z)")


class _Date(NamedTuple):
    """The date after a number; both None where there is none."""

    year: int | None = None
    month: int | None = None


def _cut_remark(text: str) -> tuple[str, str]:
    """The number and what is said about it."""
    found = _REMARK.search(text)
    return (text[: found.start()], found["remark"]) if found else (text, "")


def _cut_date(text: str) -> tuple[str, _Date]:
    found = _DATE.search(text)
    if not found:
        return text, _Date()
    month = _MONTH_NUMBERS[found["month"][:3].lower()] if found["month"] else None
    return text[: found.start()], _Date(int(found["year"]), month)


def _designator(found: re.Match[str]) -> str:
    # Amendments are told apart by lower-case letters (802.11ax), so only the C and N of a series are put upright.
    return found["number"][0].upper() + found["number"][1:] + found["parts"]


def _supplements(found: re.Match[str]) -> tuple[Supplement, ...]:
    if not found["kind"]:
        return ()
    return (Supplement(found["kind"].capitalize(), str(int(found["count"])), year=whole(found["sup_year"])),)


def _is_project(found: re.Match[str]) -> bool:
    return bool(found["p"] or found["draft"] or found["status"])


def _write_date(date: _Date) -> str:
    if not date.year:
        return ""
    return f", {MONTHS[date.month - 1]} {date.year}" if date.month else f", {date.year}"


def _value(found: re.Match[str], front: str, year: int | None, date: _Date) -> str:
    number = _designator(found) + (f"-{year}" if year else "")
    for each in _supplements(found):
        number += f"/{each.kind} {each.number}" + (f"-{each.year}" if each.year else "")
    if not _is_project(found):
        return f"{front} Std {number}"
    return f"{front} P{number}" + (f"/D{found['draft']}" if found["draft"] else "") + _write_date(date)


def _doubts(found: re.Match[str], year: int | None, remark: str) -> Iterator[str]:
    if remark:
        yield f"What is said about it is left out: {remark}"
    if found["status"]:
        yield f"{found['status']} is left out: it is not part of the number."
    if _is_project(found) and not found["p"]:
        yield "P is put before the number: drafts and projects of IEEE have it."
    if not (_is_project(found) or year or found["sup_year"]):
        yield NO_YEAR


def _number(found: re.Match[str], raw: str, year: int | None, date: _Date, remark: str) -> ParsedNumber:
    project, front = _is_project(found), (found["publishers"] or "IEEE").upper()
    return ParsedNumber(
        NumberKind.PROJECT if project else NumberKind.PUBLISHED,
        Family.IEEE,
        raw,
        _value(found, front, year, date),
        valid=True,
        warnings=tuple(_doubts(found, year, remark)),
        publishers=tuple(front.split("/")),
        number=found["number"][0].upper() + found["number"][1:],
        parts=tuple(re.split(r"[._-]", found["parts"])[1:]),
        year=year,
        supplements=_supplements(found),
        draft=f"D{found['draft']}" if found["draft"] else "",
        draft_year=date.year,
        draft_month=date.month,
    )


def read_ieee(text: str, raw: str) -> ParsedNumber | None:
    """A number of IEEE, alone or with others; None where the text is none."""
    text, remark = _cut_remark(text.replace("(TM)", "").replace("(R)", ""))
    text, date = _cut_date(text)
    found = _IEEE.fullmatch(text)
    if not found or not (found["publishers"] or found["p"]):
        return None
    year = whole(found["year"])
    if _is_project(found):
        date = _Date(whole(found["on_year"]), whole(found["on_month"])) if found["on_year"] else date
    elif date.month or (year and date.year):
        return None
    else:
        year, date = year or date.year, _Date()
    return _number(found, raw, year, date, remark)
