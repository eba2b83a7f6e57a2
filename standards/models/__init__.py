"""What the tracker knows: bodies, committees, projects, their numbers and deadlines, and the history of it all.

Nothing here is written by hand: projects change through ``standards.edits`` and ``standards.transitions`` alone, and
every such change adds a ``Change``.
"""

from standards.models.committees import Body, Committee, CommitteeFact, CommitteeKind
from standards.models.deadlines import Deadline
from standards.models.history import Change, HistoryHead
from standards.models.naming import PATH_LIMIT, TEXT_LIMIT, TITLE_LIMIT, in_chinese
from standards.models.projects import Link, Number, Origin, Project, ProjectCommittee, Relation

__all__ = [
    "PATH_LIMIT",
    "TEXT_LIMIT",
    "TITLE_LIMIT",
    "Body",
    "Change",
    "Committee",
    "CommitteeFact",
    "CommitteeKind",
    "Deadline",
    "HistoryHead",
    "Link",
    "Number",
    "Origin",
    "Project",
    "ProjectCommittee",
    "Relation",
    "in_chinese",
]
