"""Amendments, corrigenda and the other texts that ISO and IEC publish to a standard."""

from .notation import MONTH, YEAR, grammar, one_of, spelling, whole
from .parsed import Supplement

# Stage letters as the ISO/IEC Directives and the project lists of both bodies have them, before any type.
_BARE_STAGES = ("PWI", "NP", "NWIP", "PNW", "ANW", "AWI", "WD", "CD", "CDV", "DIS", "FDIS", "PRF")
_TYPED_STAGES = ("PDTS", "CDTS", "DTS", "FDTS", "PDTR", "CDTR", "DTR", "FDTR", "DPAS", "FDPAS")
STAGES = (*_BARE_STAGES, *_TYPED_STAGES, "DISP", "FDISP", "DGuide", "FDGuide")

_STAGES = spelling(STAGES)
_KINDS = spelling(("Amd", "Cor", "Add", "Suppl", "Ext", "ISH", "FRAG", "FRAGC")) | {"am": "Amd", "supp": "Suppl"}
# An only supplement may bear no number: ISO 3758:1991/Suppl:1993.
_UNNUMBERED = ("suppl", "supp")
# Letters that say stage and kind in one. ISO's register writes DAM where its catalogue writes DAmd.
_STAGED = spelling(("PDAM", "FPDAM", "DAM", "FDAM", "PDCOR", "FPDCOR", "DCOR", "FDCOR", "DAD"))
_STAGED |= {"pdamd": "PDAM", "fpdamd": "FPDAM", "damd": "DAM", "fdamd": "FDAM", "fcor": "FDCOR"}
_KIND_OF_STAGED = {"AM": "Amd", "OR": "Cor", "AD": "Add"}

_SUPPLEMENT = grammar(
    rf"(?P<mark>[/+])(?:(?P<staged>{one_of(_STAGED)})|(?:(?P<stage>{one_of(STAGES)}) )?(?P<kind>{one_of(_KINDS)}))"
    r"\.? ?(?P<number>[0-9]{1,3})?(?:\.(?P<round>[0-9]{1,2}))?"
    rf"(?::(?P<year>{YEAR})(?:-(?P<month>{MONTH}))?)?(?![0-9A-Z.:-])"
)


def read_supplement(text: str, at: int) -> tuple[Supplement, int] | None:
    """The supplement that begins at the position, and where it ends; None where none begins there."""
    found = _SUPPLEMENT.match(text, at)
    if not found or not (found["number"] or (found["kind"] or "").lower() in _UNNUMBERED):
        return None
    staged = _STAGED.get((found["staged"] or "").lower(), "")
    supplement = Supplement(
        kind=_KIND_OF_STAGED[staged[-2:]] if staged else _KINDS[found["kind"].lower()],
        number=found["number"] or "",
        stage=staged or _STAGES.get((found["stage"] or "").lower(), ""),
        round=whole(found["round"]),
        year=whole(found["year"]),
        month=whole(found["month"]),
        merged=found["mark"] == "+",
    )
    return supplement, found.end()


def _word(supplement: Supplement, compact: bool) -> str:
    if supplement.stage in _STAGED.values():
        return supplement.stage
    kind = supplement.kind.upper() if compact else supplement.kind
    return f"{supplement.stage} {kind}".lstrip()


def write_supplement(supplement: Supplement, compact: bool) -> str:
    """As ISO prints it (`/Amd 1:2016`) or, `compact`, as IEC does (`/AMD1:2016`)."""
    space = " " if supplement.number and not compact else ""
    turn = f".{supplement.round}" if supplement.round is not None else ""
    year = f":{supplement.year}" if supplement.year else ""
    month = f"-{supplement.month:02}" if supplement.month else ""
    mark = "+" if supplement.merged else "/"
    return f"{mark}{_word(supplement, compact)}{space}{supplement.number}{turn}{year}{month}"
