"""What this installation is, in one short text: the same for all its processes, another after any change of code."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent.parent
_MADE_BY = ("workflows", "standards", "tracker")
_LIBRARIES = ("Django", "djangorestframework", "drf-spectacular", "orjson")


@cache
def release() -> str:
    """The fingerprint of the code this process was started with."""
    return fingerprint(_ROOT)


def fingerprint(root: Path) -> str:
    """SHA-256 over the code and procedures that a body is made by, and the versions of the libraries they use.

    Nobody has to remember to raise a number, so an ETag from before an update can never vouch for what is sent after.
    """
    digest = hashlib.sha256()
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    for package in _MADE_BY:
        for file in sorted((root / package).rglob("*")):
            if file.suffix in (".py", ".toml"):
                digest.update(f"{file.relative_to(root)} ".encode() + file.read_bytes())
    return digest.hexdigest()
