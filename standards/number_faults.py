"""What ``standards.numbers`` says of a number, in the language of the reader.

That package is plain Python and speaks English, and so do the database and the API; here its sentences are known again
and told as the active language has them. A sentence that is not known stays as it is.
"""

import re
from functools import cache

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

# In this order: a sentence that fits two of them is the first one.
FAULTS = (
    _("%(text)s has %(count)s before the letter %(letter)s, not eight."),
    _("%(text)s begins with %(year)s, which is no year of a sector plan."),
    _("%(text)s begins with %(year)s, which is no year of an application."),
    _("%(text)s begins with %(year)s, which is no year."),
    _("%(text)s has the letter %(letter)s, which stands for no nature of a standard."),
    _("%(text)s does not end with the three digits of a department."),
    _("%(text)s lacks a hyphen before or after %(letter)s."),
    _("%(text)s has %(count)s in its sequence, not four."),
    _("%(text)s does not end with a hyphen and the two letters of a sector."),
    _("%(text)s has %(count)s and nothing else."),
    _("%(text)s names a whole series, not one standard."),
    _("%(text)s has letters but no number."),
    _("%(text)s has %(mark)s after its slash, where T or Z may stand."),
    _("%(text)s does not begin with the letters of a Chinese sector."),
    _("%(text)s seems to hold several numbers; each has to stand alone."),
    _("%(text)s has %(more)s after the number; the number has to stand alone."),
    _("%(text)s ends with %(year)s, which is no year of four digits."),
    _("%(text)s has something in it that such a number does not have."),
    _("There is nothing to read."),
    _("It is %(length)s characters long, and no number is longer than %(limit)s."),
    _("%(text)s contains %(character)s (%(code)s), which no number has."),
    _("%(text)s keeps a place for a number that is not given yet; leave it out until it is."),
    _("%(text)s begins like no number known here."),
    _("%(number)s is given as %(given)s, but it is %(kind)s."),
    _("GBZ marks occupational health standards; a national guiding technical document begins with GB/Z."),
    _("%(letters)s is not among the known letters of Chinese sectors."),
    _("The letters idt are read as the slash of an identical adoption."),
    _("A hyphen is put before the year."),
    _("%(part)s is read as a part; if it is the year, a colon goes before it, like %(example)s."),
    _("What is said about it is left out: %(remark)s"),
    _("The mark of a language, (%(letters)s), is left out: it is not part of the number."),
    _("%(status)s is left out: it is not part of the number."),
    _("P is put before the number: drafts and projects of IEEE have it."),
    _("CEI, the French name of IEC, is written IEC."),
    _("Its words are out of order; it is read as %(number)s."),
    _("The year %(year)s is read as %(full)s."),
    _("%(written)s is read as %(number)s."),
    _("It has no year, so it names no particular edition."),
)
# How a right one looks; each may follow a sentence above.
REMEDIES = (
    _(
        "Numbers known here look like GB/T 45401.1-2025, 20252081-Z-469, T/CESA 1169-2021, ISO/IEC AWI TS "
        "25568 or IEEE P2807.4."
    ),
    _(
        "A plan number has the year and a sequence in eight digits, then T, Q or Z, then three digits of the "
        "department, like 20252081-Z-469."
    ),
    _(
        "An application number has ten digits, the year first, like 2025001837; a plan number goes on after "
        "eight, like 20252081-Z-469."
    ),
    _(
        "A sector plan number has the year, a sequence of four digits, T, Q or Z and two letters of the "
        "sector, like 2025-0260T-SJ."
    ),
    _("A national standard is written like GB/T 45401.1-2025, GB/Z 20985-2021 or GB 18030-2022."),
    _("A reference sample is written like GSB 05-1426-2001."),
    _("A sector standard is written like SJ/T 11363-2006."),
    _("A local standard is written like DB11/T 1234-2015."),
    _("A military standard is written like GJB 9001C-2017."),
    _("An association standard is written like T/CESA 1228.1-2022."),
    _("An enterprise standard is written like Q/GDW 11060-2013."),
    _(
        "A number of ISO is written like ISO 9001:2015, ISO/IEC TR 17903:2024 or, while it is being made, "
        "ISO/IEC AWI TS 25568."
    ),
    _("A number of IEC is written like IEC 61158-6-10:2019 or IEC TS 62443-1-5:2023."),
    _("A number of IEEE is written like IEEE Std 2807-2022 or, for a project, IEEE P2807.4/D2."),
    _("A European number is written like EN ISO 9001:2015, prEN 17927 or CEN/TS 17638:2021."),
)
WORDS = frozenset(
    {
        _("a line break"),
        _("a control character"),
        _("a plan number, like 20252081-Z-469"),
        _("an application number, like 2025001837"),
        _("a sector plan number, like 2025-0260T-SJ"),
        _("the number of a published standard, like GB/T 45401.1-2025 or ISO/IEC 42001:2023"),
        _("the number of a project under way, like ISO/IEC AWI TS 25568 or IEEE P2807.4"),
        _("no digits"), _("one digit"), _("two digits"), _("three digits"), _("four digits"), _("five digits"),
        _("six digits"), _("seven digits"), _("eight digits"), _("nine digits"), _("ten digits"),
        _("eleven digits"), _("twelve digits"),
    }
)  # fmt: skip
_MANY_DIGITS = re.compile(r"[0-9]+ digits")
_SLOT = re.compile(r"%\((\w+)\)s")


def told_fault(sentence: str) -> str:
    """A number's ``problem``, or one of its ``warnings``, in the active language."""
    remedy = next((each for each in REMEDIES if sentence.endswith(each)), "")
    fault = sentence.removesuffix(remedy).rstrip()
    for template in FAULTS:
        told = gettext(template)
        if told != template and (found := _pattern(template).fullmatch(fault)):
            words = {name: _told_word(word) for name, word in found.groupdict().items()}
            return told % words + (gettext(remedy) if remedy else "")
    return sentence


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """The sentence with a group for each of its words; quoted text may hold anything, so the rest is found first."""
    between = _SLOT.split(template)
    return re.compile(
        "".join(f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(between))
    )


def _told_word(word: str) -> str:
    if _MANY_DIGITS.fullmatch(word):
        return gettext("%(count)s digits") % {"count": word.split(maxsplit=1)[0]}
    return gettext(word) if word in WORDS else word
