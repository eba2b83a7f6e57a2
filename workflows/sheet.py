"""A sheet of SVG: arrows lie below boxes, boxes below texts, whatever the order they are drawn in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from workflows.lettering import width

INK, FAINT, LINE, PAPER = "#1b2733", "#55636f", "#3d6480", "#ffffff"
FONTS = "'Noto Sans', 'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"

# What XML 1.0 cannot hold at all, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_SHARE = {"start": 1.0, "middle": 0.5, "end": 0.0}  # of a text that lies right of its x

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks. `rim` puts paper around the letters, so that a line below does not run into them."""

    size: float = 13
    bold: bool = False
    ink: str = INK
    anchor: str = "start"
    rim: bool = False

    @property
    def leading(self) -> float:
        return round(self.size * 1.35)


PLAIN = Style()


class Sheet:
    """Draws in pixels, y downwards, and knows how far down and right it has drawn."""

    def __init__(self, language: str) -> None:
        self.language = "zh" if language.lower().startswith("zh") else "en"
        self.arrows, self.boxes, self.texts = (ET.Element("g") for _ in range(3))
        self.right = self.bottom = 0.0

    def box(self, x: float, y: float, across: float, down: float, *, fill: str, stroke: str) -> None:
        shape = {"rx": "6", "fill": fill, "stroke": stroke, "stroke-width": "1.5"}
        place = {"x": _px(x), "y": _px(y), "width": _px(across), "height": _px(down)}
        ET.SubElement(self.boxes, "rect", place | shape)
        self._reach(x + across, y + down)

    def rule(self, x: float, y: float, across: float, stroke: str) -> None:
        """A thin line across a box."""
        ends = {"x1": _px(x), "x2": _px(x + across), "y1": _px(y), "y2": _px(y)}
        ET.SubElement(self.boxes, "line", ends | {"stroke": stroke})

    def line(self, points: Sequence[Point], *, head: bool = True, dashed: bool = False) -> None:
        """A line through the points, with an arrow head at the last."""
        path = " L".join(f"{_px(x)} {_px(y)}" for x, y in points)
        look = {"d": f"M{path}", "fill": "none", "stroke": LINE, "stroke-width": "1.6", "stroke-linejoin": "round"}
        look |= {"marker-end": "url(#head)"} if head else {}
        look |= {"stroke-dasharray": "5 4"} if dashed else {}
        ET.SubElement(self.arrows, "path", look)
        for x, y in points:
            self._reach(x, y)

    def text(self, x: float, y: float, lines: Sequence[str], style: Style = PLAIN) -> float:
        """Lines one below the other, the first on the base line `y`; gives the base line of a line after them."""
        look = {"font-size": _px(style.size), "fill": style.ink, "text-anchor": style.anchor}
        look |= {"font-weight": "600"} if style.bold else {}
        look |= {"stroke": PAPER, "stroke-width": "4", "paint-order": "stroke"} if style.rim else {}
        for line in lines:
            ET.SubElement(self.texts, "text", {"x": _px(x), "y": _px(y)} | look).text = _clean(line)
            self._reach(x + width(line, style.size) * _SHARE[style.anchor], y + style.size / 2)
            y += style.leading
        return y

    def svg(self, title: str, description: str, margin: float) -> str:
        """The whole sheet as a document of its own; title and description are what a screen reader says."""
        across, down = _px(self.right + margin), _px(self.bottom + margin)
        root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "lang": self.language, "role": "img"})
        root.attrib |= {"width": across, "height": down, "viewBox": f"0 0 {across} {down}", "font-family": FONTS}
        root.set("aria-labelledby", "title description")
        ET.SubElement(root, "title", {"id": "title"}).text = _clean(title)
        ET.SubElement(root, "desc", {"id": "description"}).text = _clean(description)
        root.append(_arrow_head())
        ET.SubElement(root, "rect", {"width": "100%", "height": "100%", "fill": PAPER})
        root.extend((self.arrows, self.boxes, self.texts))
        ET.indent(root)
        return ET.tostring(root, encoding="unicode") + "\n"

    def _reach(self, x: float, y: float) -> None:
        self.right, self.bottom = max(self.right, x), max(self.bottom, y)


def _arrow_head() -> ET.Element:
    definitions = ET.Element("defs")
    look = {"id": "head", "viewBox": "0 0 10 10", "refX": "9", "refY": "5", "orient": "auto-start-reverse"}
    look |= {"markerWidth": "7", "markerHeight": "7"}
    marker = ET.SubElement(definitions, "marker", look)
    ET.SubElement(marker, "path", {"d": "M0 0 L10 5 L0 10 z", "fill": LINE})
    return definitions


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)
