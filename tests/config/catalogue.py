"""The texts that the code shows and their translations, read without gettext's programs."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[2]
PACKAGES = ("config", "standards", "tracker", "workflows")
FOLDER = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES"
PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop"}
COUNTED = {"ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
_CALL = re.compile(
    r"\b(n?p?gettext)\((u'(?:[^'\\]|\\.)*'|u\"(?:[^\"\\]|\\.)*\")((?:, ?u(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))*)"
)
_STRING = re.compile(r"u(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")
_SLOT = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")


@dataclass(frozen=True, order=True)
class Text:
    """An English text as the code has it; ``context`` and ``plural`` are empty where there is none."""

    english: str
    context: str = ""
    plural: str = ""


@dataclass
class Entry:
    """One entry of a .po file."""

    fields: dict[str, str] = field(default_factory=dict)
    flags: str = ""

    @property
    def text(self) -> Text:
        return Text(self.fields["msgid"], self.fields.get("msgctxt", ""), self.fields.get("msgid_plural", ""))

    @property
    def chinese(self) -> str:
        return self.fields.get("msgstr") or self.fields.get("msgstr[0]", "")


def slots(text: str) -> list[str]:
    """The places of a text that are filled in when it is shown."""
    return sorted(set(_SLOT.findall(text)))


def texts() -> set[Text]:
    """Every text in the code and the templates that is to be translated."""
    found: set[Text] = set()
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            found.update(_in_python(file.read_text()))
        for file in (ROOT / package).rglob("*.html"):
            found.update(_in_template(file.read_text()))
    return found


def _in_python(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            words = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            if words:
                yield from _text(node.func.id, words)


def _in_template(source: str) -> Iterator[Text]:
    for name, first, more in _CALL.findall(templatize(source)):
        yield from _text(name, [ast.literal_eval(each) for each in _STRING.findall(first + more)])


def _text(name: str, words: list[str]) -> Iterator[Text]:
    if name in PLAIN:
        yield Text(words[0])
    elif name in COUNTED:
        yield Text(words[0], plural=words[1])
    elif name in IN_CONTEXT:
        yield Text(words[1], context=words[0])


def entries(file: Path) -> list[Entry]:
    """The entries of a .po file, without its header."""
    found: list[Entry] = []
    for block in file.read_text(encoding="utf-8").split("\n\n"):
        entry = _entry(block)
        if entry.fields.get("msgid"):
            found.append(entry)
    return found


def _entry(block: str) -> Entry:
    entry, name = Entry(), ""
    for line in block.splitlines():
        if line.startswith("#,"):
            entry.flags = line
        elif line and not line.startswith("#"):
            word, quote, rest = line.partition('"')
            name = word.strip() or name
            entry.fields[name] = entry.fields.get(name, "") + ast.literal_eval(quote + rest)
    return entry
