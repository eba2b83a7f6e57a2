"""The procedures there are: TOML files, one procedure each, read into frozen data or refused with all that is wrong."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from workflows.calendar import Ladder
from workflows.procedure import Rule, Stage, Track, UnknownStage
from workflows.reading import read_track
from workflows.table import BrokenTrack, Finding

__all__ = [
    "SHIPPED",
    "BrokenTrack",
    "Finding",
    "Ladder",
    "Rule",
    "Stage",
    "Track",
    "UnknownStage",
    "UnknownTrack",
    "library",
    "load",
    "track",
]

SHIPPED = Path(__file__).with_name("tracks")


class UnknownTrack(LookupError):
    """A track code that no file has."""

    def __init__(self, code: str) -> None:
        super().__init__(f"There is no procedure '{code}'; there are {', '.join(library())}.")


def load(folder: Path) -> dict[str, Track]:
    """Read every procedure of a folder, by code and in the order of the codes.

    Raises BrokenTrack at the first file that is refused; it lists everything found in that file.
    """
    files = sorted(folder.glob("*.toml"), key=lambda file: file.stem)
    if not files:
        raise BrokenTrack(Finding(folder.name, "", "holds no procedure; put one .toml file for each procedure there"))
    return {file.stem: read_track(file) for file in files}


@cache
def library() -> Mapping[str, Track]:
    """The shipped procedures by code, read once a process."""
    return MappingProxyType(load(SHIPPED))


def track(code: str) -> Track:
    """The shipped procedure of that code; raises UnknownTrack, which lists the codes there are."""
    try:
        return library()[code]
    except KeyError:
        raise UnknownTrack(code) from None
