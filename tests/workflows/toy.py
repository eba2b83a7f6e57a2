"""A small procedure to break in tests: bread, which is kneaded and baked."""

from pathlib import Path

BREAD = """\
code = "bread"
name = { en = "Bread", zh = "面包" }
body = "bakery"
level = "sector"
deliverable = "loaf"
comment_period = "P2D"
source = "A cookery book"

[numbers]
start = ["plan"]
published = ["LOAF [0-9]*"]
except = ["LOAF 13"]
example = "LOAF 12"

[[stages]]
code = "00"
state = "proposal"
name = { en = "Wish", zh = "想法" }

[[stages]]
code = "20"
state = "draft"
name = { en = "Dough", zh = "面团" }
limit = "P1D"

[[stages]]
code = "60"
state = "published"
name = { en = "Loaf", zh = "成品" }

[verbs.start_draft]
from = ["proposal"]
to = "draft"
gates = ["number_given"]

[verbs.publish]
from = ["draft"]
to = "published"
stage = "60"
gates = ["published_number_given"]

[verbs.cancel]
from = ["proposal", "draft"]
to = "cancelled"
gates = ["reason_given"]

[verbs.reinstate]
from = ["cancelled"]

[ladders.target]
before = [30, 7]
on_day = true
every = 7
"""


def bake(folder: Path, *changes: tuple[str, str], name: str = "bread.toml") -> Path:
    """Write the toy into a folder, with each (old, new) text replaced where it first stands."""
    text = BREAD
    for old, new in changes:
        assert old in text, f"the toy has no {old!r}"
        text = text.replace(old, new, 1)
    (folder / name).write_text(text, encoding="utf-8")
    return folder
