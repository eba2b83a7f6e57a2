"""Committees as registers name them: by slug, reference, name or another spelling; unknown ones named or made."""

import re
from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from hashlib import sha256
from typing import NamedTuple

from django.utils.text import slugify
from django.utils.translation import gettext as _

from standards.cleaning import Unclean
from standards.importers.plan import NewCommittee
from standards.importers.spelling import fold, pieces
from standards.models import Committee, CommitteeKind

_GROUP = re.compile(r"(?:JTC|PC|TC|SC|WG|JWG|AHG|AG|CG|SWG)\s*\d+[A-Z]?", re.IGNORECASE)
_KINDS = {"J": CommitteeKind.TC, "P": CommitteeKind.TC, "T": CommitteeKind.TC, "S": CommitteeKind.SC}
_LONGEST_SLUG, _LONGEST_REFERENCE = 80, 80


class Group(NamedTuple):
    """A committee there is: ``path`` has the slugs from the root of its tree down to it, between slashes."""

    pk: int
    slug: str
    path: str


class Groups:
    """Every committee by every spelling; ``made`` are those to be made, where unknown ones may be."""

    def __init__(self, committees: Iterable[Committee], *, create: bool) -> None:
        self.create = create
        self.known: dict[str, Group] = {}
        self.made: dict[str, NewCommittee] = {}
        self._spellings: dict[str, set[str]] = defaultdict(set)
        self._shown: dict[str, str] = {}
        self._references: dict[str, str] = {}
        self._read: dict[tuple[str, str], tuple[str, ...]] = {}
        for committee in committees:
            self._add(committee)

    @classmethod
    def load(cls, *, create: bool = False) -> "Groups":
        """Those of the database, in one query."""
        return cls(Committee.objects.order_by("pk").iterator(), create=create)

    def _add(self, committee: Committee) -> None:
        self.known[committee.slug] = Group(committee.pk, committee.slug, committee.path)
        if committee.reference:
            self._references[committee.slug] = committee.reference
        names = (committee.slug, committee.reference, committee.name, committee.name_zh, *committee.aliases)
        for name in filter(None, names):
            self._spellings[fold(name)].add(committee.slug)
            self._shown.setdefault(fold(name), name)

    def references(self) -> dict[str, str]:
        """The reference of each committee that has one, by slug."""
        return self._references

    def read(self, cell: str, body: str) -> tuple[str, ...]:
        """The slugs of the committees in a cell, the leading one first.

        Raises ``Unclean`` naming the nearest spelling where one is unknown and may not be made. ``body`` is the slug
        of the body under which it would be made.
        """
        key = (cell, body)
        if key not in self._read:
            self._read[key] = self._slugs(cell, body)
        return self._read[key]

    def _slugs(self, cell: str, body: str) -> tuple[str, ...]:
        if len(self._spellings.get(fold(cell), ())) == 1:
            return tuple(self._spellings[fold(cell)])
        return tuple(dict.fromkeys(self._slug(name, body) for name in pieces(cell)))

    def _slug(self, name: str, body: str) -> str:
        slugs = self._spellings.get(fold(name), set())
        if len(slugs) > 1:
            words = {"name": name, "slugs": ", ".join(sorted(slugs))}
            raise Unclean(_("“%(name)s” is what several committees are called; write one of: %(slugs)s.") % words)
        if slugs:
            return next(iter(slugs))
        if not self.create:
            raise Unclean(self._unknown(name))
        if not body:
            reason = _("“%(name)s” is not known, and nothing says of which body it is; name one in the column track.")
            raise Unclean(reason % {"name": name[:80]})
        return self._make(name, body)

    def _unknown(self, name: str) -> str:
        nearest = get_close_matches(fold(name), self._shown, n=1, cutoff=0.5)
        words = {"name": name[:80], "nearest": self._shown[nearest[0]] if nearest else ""}
        if nearest:
            return (
                _(
                    "there is no committee “%(name)s”. Did you mean “%(nearest)s”? Write its reference or slug, "
                    "or add the committee first."
                )
                % words
            )
        return _("there is no committee “%(name)s”; add it first.") % words

    def _make(self, name: str, body: str) -> str:
        reference = " ".join(name.split())
        if len(reference) > _LONGEST_REFERENCE:
            words = {"most": _LONGEST_REFERENCE}
            raise Unclean(_("a committee's reference has at most %(most)d characters.") % words)
        parent = self._parent(reference, body)
        made = NewCommittee(self._free_slug(reference), reference, kind_of(reference), body, parent)
        self.made[made.slug] = made
        self._spellings[fold(reference)].add(made.slug)
        self._shown[fold(reference)] = reference
        return made.slug

    def _parent(self, reference: str, body: str) -> str:
        """The slug of what it is a group of, by its reference: ISO/TC 184 for ISO/TC 184/SC 4; empty where of none."""
        above, _mark, _last = reference.rpartition("/")
        if not above or not _GROUP.search(above.rpartition("/")[2]):
            return ""
        return self._slug(above, body)

    def _free_slug(self, reference: str) -> str:
        plain = (
            slugify(re.sub(r"[^0-9A-Za-z]+", "-", reference))
            or f"committee-{sha256(reference.encode()).hexdigest()[:10]}"
        )
        slug, count = plain[:_LONGEST_SLUG], 1
        while slug in self.known or slug in self.made:
            count += 1
            slug = f"{plain[: _LONGEST_SLUG - 4]}-{count}"
        return slug

    def includes(self, mine: Iterable[str], wanted: str) -> bool:
        """Whether a project of these committees is one of the wanted committee's, or of a group below it."""
        return any(slug == wanted or f"/{wanted}/" in self.known[slug].path for slug in mine)


def kind_of(reference: str) -> str:
    """TC, SC or working group, by the last element of its reference."""
    last = reference.rpartition("/")[2].strip()
    return _KINDS.get(last[:1].upper(), CommitteeKind.WG).value if _GROUP.match(last) else CommitteeKind.WG.value
