"""A page read as strictly as an XML reader would: every element closed in its order, every id once."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Protocol

VOID = {"meta", "link", "input", "br", "img", "hr"}
NO_TEXT = {"style", "script", "title", "option"}


class Answer(Protocol):
    """A response of a view or of the test client."""

    @property
    def content(self) -> bytes: ...


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())


class Page(HTMLParser):
    """``elements`` in their order; ``faults`` says what is not well-formed, and is empty for a good page."""

    def __init__(self, response: Answer) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.faults: list[str] = []
        self._open: list[Element] = []
        self.feed(response.content.decode())
        self.close()
        self.faults += [f"<{element.tag}> is not closed" for element in self._open]
        self.faults += self._doubled_ids()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(dict(attrs)) < len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1].tag == tag:
            self._open.pop()
        else:
            self.faults.append(f"</{tag}> in line {self.getpos()[0]} closes nothing")

    def handle_data(self, data: str) -> None:
        for element in self._open:
            if not NO_TEXT & {one.tag for one in self._open} or element.tag in NO_TEXT:
                element.pieces.append(data)

    def _doubled_ids(self) -> list[str]:
        ids = [element.attributes["id"] for element in self.elements if "id" in element.attributes]
        return [f"the id {one} stands twice" for one in sorted(set(map(str, ids))) if ids.count(one) > 1]

    def find(self, tag: str, **attributes: str) -> list[Element]:
        """The elements of that tag with these attributes; ``class_`` asks for one of the classes."""
        return [element for element in self.elements if element.tag == tag and _has(element, attributes)]

    def one(self, tag: str, **attributes: str) -> Element:
        found = self.find(tag, **attributes)
        assert len(found) == 1, f"{len(found)} elements <{tag}> {attributes}"
        return found[0]

    def texts(self, tag: str, **attributes: str) -> list[str]:
        return [element.text for element in self.find(tag, **attributes)]

    @property
    def text(self) -> str:
        return self.one("body").text

    def links(self) -> set[str]:
        return {str(element.attributes.get("href")) for element in self.find("a")}

    def facts(self) -> dict[str, str]:
        """What the description lists say, by their terms."""
        return dict(zip(self.texts("dt"), self.texts("dd"), strict=True))


def _has(element: Element, wanted: dict[str, str]) -> bool:
    for name, value in wanted.items():
        found = element.attributes.get(name.rstrip("_").replace("_", "-")) or ""
        if found != value and not (name == "class_" and value in found.split()):
            return False
    return True
