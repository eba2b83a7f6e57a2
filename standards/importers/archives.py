"""What kind of file it is, by its first bytes, and whether an XLSX is safe to unpack: asked before it is parsed."""

import zipfile
from pathlib import Path

from django.utils.translation import gettext as _

from standards.importers.unreadable import MOST_BYTES, Unreadable

MOST_UNPACKED = 400_000_000
MOST_SHARED_TEXT = 100_000_000
MOST_RATIO = 200
MOST_PARTS = 5_000
# Text packs well: a small part of any ratio does no harm.
_HARMLESS = 5_000_000

_ZIP, _OLE2 = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The stream that holds an encrypted workbook, as an OLE2 directory writes its name.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def is_workbook(path: Path, file: str) -> bool:
    """True for an XLSX that is safe to read, False for what may be text. Raises ``Unreadable`` for anything else."""
    size = path.stat().st_size
    if not size:
        raise Unreadable(file, _("it is empty."))
    if size > MOST_BYTES:
        words = {"size": size // 1_000_000, "most": MOST_BYTES // 1_000_000}
        raise Unreadable(file, _("it has %(size)d MB, and at most %(most)d MB are read. Split it.") % words)
    with path.open("rb") as stream:
        start = stream.read(8)
    _refuse_other_kinds(path, file, start)
    if start.startswith(_ZIP):
        _refuse_unsafe(path, file)
        return True
    return False


def _refuse_other_kinds(path: Path, file: str, start: bytes) -> None:
    if start.startswith(b"%PDF"):
        raise Unreadable(file, _("it is a PDF, whatever its name says. Ask for the register as XLSX or CSV."))
    if start == _OLE2 and _is_encrypted(path):
        reason = _("it is protected with a password. Open it, take the password off (File, Info), and save it again.")
        raise Unreadable(file, reason)
    if start == _OLE2:
        raise Unreadable(file, _("it is in the old .xls format. Open it and save it as “Excel Workbook (.xlsx)”."))
    if start.startswith((b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise Unreadable(file, _("it is an archive or a picture. Unpack it, or ask for the register as XLSX or CSV."))


def _is_encrypted(path: Path) -> bool:
    return _ENCRYPTED in path.read_bytes()


def _refuse_unsafe(path: Path, file: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Unreadable(file, _("it is damaged (%(why)s). Ask for it again.") % {"why": error}) from None
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise Unreadable(file, _("it is no Excel workbook. Save the register as “Excel Workbook (.xlsx)” or as CSV."))
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable(file, _("it is protected with a password. Save it without one."))
    if _is_bomb(parts):
        reason = _("it would unpack to far more than a register has (%(size)s MB). Copy the rows into a new workbook.")
        raise Unreadable(file, reason % {"size": f"{sum(part.file_size for part in parts) // 1_000_000:,}"})


def _is_bomb(parts: list[zipfile.ZipInfo]) -> bool:
    """What the parts say of their size binds: the reader stops there, and then the checksum does not fit."""
    shared = sum(part.file_size for part in parts if part.filename == "xl/sharedStrings.xml")
    return (
        len(parts) > MOST_PARTS
        or sum(part.file_size for part in parts) > MOST_UNPACKED
        or shared > MOST_SHARED_TEXT
        or any(p.file_size > _HARMLESS and p.file_size > MOST_RATIO * p.compress_size for p in parts)
    )
