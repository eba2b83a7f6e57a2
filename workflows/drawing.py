"""A procedure as a picture: its states from left to right, its verbs as arrows, the ends below."""

from collections.abc import Iterator
from dataclasses import dataclass

from workflows.lettering import width, wrap
from workflows.procedure import Rule, Stage, Track
from workflows.sheet import FAINT, LINE, Sheet, Style
from workflows.states import ENDS, GATE_LABELS, STATE_LABELS, VERB_LABELS, Label, State, Verb

MARGIN, BOX, GAP, PAD, LANE = 32, 236, 116, 12, 46

LOWEST_BOX = 100  # so that the arrow to it, at STEP, meets it
STEP = 76
NO_BREAK = "\u00a0"

TITLE, SUBTITLE = Style(22, bold=True), Style(13, ink=FAINT)
HEADING, BODY, CODE, NOTE = Style(15, bold=True), Style(12.5), Style(12.5, bold=True), Style(12, ink=FAINT)
ON_ARROW = Style(13, bold=True, anchor="middle", rim=True)
BESIDE, BEFORE = Style(13, bold=True, rim=True), Style(13, bold=True, anchor="end", rim=True)

FILLS = {
    State.PROPOSAL: "#f1f5f9",
    State.DRAFT: "#eaf3fb",
    State.PUBLIC_COMMENT: "#fdf5e3",
    State.APPROVAL: "#f3eefb",
    State.PUBLISHED: "#e8f6ec",
    State.CANCELLED: "#f6f1f1",
    State.WITHDRAWN: "#f3f3f3",
}
STAYS = Label("Stays in this state:", "状态不变：")
ASKS = Label("What the verbs ask for", "各项操作的条件")
BACK = Label("back to where it was", "回到终止前的状态")
SOURCE = Label("Source:", "依据：")
JOIN = Label(", ", "、")
SEMICOLON = Label("; ", "；")
LEADS = Label("{verb} leads from {sources} to {target}.", "“{verb}”从{sources}到{target}。")


def draw(track: Track, language: str = "en") -> str:
    """The procedure as an SVG document of its own, in Chinese for "zh" and what begins so, else in English.

    The document names its fonts but brings none; it loads nothing and runs nothing.
    """
    return _Drawing(track, language).svg()


@dataclass(frozen=True, slots=True)
class _Box:
    x: float
    y: float
    down: float

    @property
    def bottom(self) -> float:
        return self.y + self.down

    def at(self, share: float) -> float:
        """The x at that share of the width."""
        return self.x + BOX * share


class _Drawing:
    """Lays one procedure out on a sheet, from the top down: each step starts below what the last one drew."""

    def __init__(self, track: Track, language: str) -> None:
        self.track, self.language = track, language
        self.sheet = Sheet(language)
        self.boxes: dict[State, _Box] = {}
        self.order = {state: place for place, state in enumerate(track.path)}
        self.room = len(self.order) * (BOX + GAP) - GAP

    def svg(self) -> str:
        name = self.say(self.track.name)
        self.heading(name)
        self.path()
        self.forward()
        self.backward()
        self.ends()
        self.gates()
        return self.sheet.svg(name, self.description(), MARGIN)

    def say(self, label: Label) -> str:
        return label.in_language(self.language)

    def verb(self, rule: Rule) -> str:
        return self.say(VERB_LABELS[rule.verb])

    def states(self, states: list[State]) -> str:
        return self.say(JOIN).join(self.say(STATE_LABELS[state]) for state in states)

    def description(self) -> str:
        """The picture in words, for who cannot see it."""
        return " ".join(
            self.say(LEADS).format(
                verb=self.verb(rule),
                sources=self.states(sorted(rule.sources, key=list(State).index)),
                target=self.states([rule.target]),
            )
            for rule in self.track.rules.values()
            if rule.target
        )

    # The states on the way to publication

    def heading(self, name: str) -> None:
        self.sheet.text(MARGIN, MARGIN + 20, [name], TITLE)
        below = f"{self.track.code} · {self.say(SOURCE)} {self.track.source}"
        self.sheet.text(MARGIN, MARGIN + 44, wrap(below, self.room, SUBTITLE.size), SUBTITLE)

    def path(self) -> None:
        y = self.sheet.bottom + 30 + LANE * len(list(self.skips()))
        for state, place in self.order.items():
            self.boxes[state] = self.box(state, MARGIN + place * (BOX + GAP), y)

    def box(self, state: State, x: float, y: float) -> _Box:
        """A box with the name of the state, its stages, and the verbs that leave a project there."""
        line = self.sheet.text(
            x + PAD, y + 24, wrap(self.say(STATE_LABELS[state]), BOX - 2 * PAD, HEADING.size), HEADING
        )
        for stage in self.track.stages_in(state):
            line = self.stage(stage, x + PAD, line + 4)
        line = self.stays(state, x, line)
        box = _Box(x, y, max(line - y, 0 if state in ENDS else LOWEST_BOX))
        self.sheet.box(x, y, BOX, box.down, fill=FILLS[state], stroke=LINE)
        return box

    def stage(self, stage: Stage, x: float, y: float) -> float:
        indent = 8 + max(width(s.code, CODE.size) for s in self.track.stages_in(stage.state)) * 1.1
        limit = f" ({self.say(stage.limit.label).replace(' ', NO_BREAK)})" if stage.limit else ""
        self.sheet.text(x, y, [stage.code], CODE)
        return self.sheet.text(
            x + indent, y, wrap(self.say(stage.name) + limit, BOX - 2 * PAD - indent, BODY.size), BODY
        )

    def stays(self, state: State, x: float, y: float) -> float:
        rules = [
            r for r in self.track.rules.values() if state in r.sources and not r.target and r.verb != Verb.REINSTATE
        ]
        if not rules:
            return y
        text = f"{self.say(STAYS)} {self.say(JOIN).join(self.verb(rule) for rule in rules)}"
        self.sheet.rule(x, y - 6, BOX, "#c3cdd6")
        return self.sheet.text(x + PAD, y + 14, wrap(text, BOX - 2 * PAD, NOTE.size), NOTE)

    # Arrows between them

    def moves(self) -> Iterator[tuple[Rule, State, list[State]]]:
        """Rules that lead to a state on the path, each with that state and the states it leads from."""
        for rule in self.track.rules.values():
            if rule.target in self.order:
                yield rule, rule.target, sorted(rule.sources & self.order.keys(), key=self.order.__getitem__)

    def skips(self) -> Iterator[tuple[Rule, State, list[State]]]:
        """Those that pass a state by."""
        for rule, target, sources in self.moves():
            far = [state for state in sources if self.order[target] - self.order[state] > 1]
            if far:
                yield rule, target, far

    def forward(self) -> None:
        self.steps()
        for lane, (rule, target, sources) in enumerate(self.skips()):
            self.skip(rule, target, sources, lane)

    def steps(self) -> None:
        """Straight arrows to the next state; several verbs between the same two share one."""
        verbs: dict[tuple[State, State], list[str]] = {}
        for rule, target, sources in self.moves():
            for state in sources:
                if self.order[target] - self.order[state] == 1:
                    verbs.setdefault((state, target), []).append(self.verb(rule))
        for (state, target), names in verbs.items():
            self.step(self.boxes[state], self.boxes[target], names)

    def step(self, left: _Box, right: _Box, names: list[str]) -> None:
        y = left.y + STEP
        self.sheet.line([(left.at(1), y), (right.x, y)])
        self.in_gap(left, y, names)

    def in_gap(self, left: _Box, y: float, names: list[str]) -> None:
        """Names on the line at `y`, in the gap after a box, where no line goes up or down."""
        lines = [line for name in names for line in wrap(name, GAP - 12, ON_ARROW.size)]
        self.sheet.text(left.at(1) + GAP / 2, y - 8 - ON_ARROW.leading * (len(lines) - 1), lines, ON_ARROW)

    def skip(self, rule: Rule, target: State, sources: list[State], lane: int) -> None:
        """Over the states that are passed by, down to the target."""
        to = self.boxes[target]
        y = to.y - 26 - LANE * lane
        for state in sources:
            box = self.boxes[state]
            x = box.at(0.72) - 10 * lane
            self.sheet.line([(x, box.y), (x, y), (to.at(0.28) + 10 * lane, y), (to.at(0.28) + 10 * lane, to.y)])
        self.in_gap(self.boxes[sources[0]], y, [self.verb(rule)])

    def backward(self) -> None:
        for rule, target, sources in self.moves():
            later = [state for state in sources if self.order[state] > self.order[target]]
            if later:
                self.back(rule, self.boxes[target], [self.boxes[state] for state in later])

    def back(self, rule: Rule, to: _Box, boxes: list[_Box]) -> None:
        """Below all boxes, up to the earlier state."""
        y = max(self.lowest(), self.sheet.bottom) + LANE - 10
        for box in boxes:
            self.sheet.line([(box.at(0.28), box.bottom), (box.at(0.28), y), (to.at(0.72), y), (to.at(0.72), to.bottom)])
        self.in_gap(to, y, [self.verb(rule)])

    def lowest(self) -> float:
        return max(self.boxes[state].bottom for state in self.order)

    # The ends, and what the verbs ask for

    def ends(self) -> None:
        """Cancelled and withdrawn, each below the states it is reached from."""
        gather = self.sheet.bottom + LANE - 10
        top, taken = gather + 74, set[State]()
        for rule in self.track.rules.values():
            if rule.target in ENDS:
                sources = sorted(rule.sources & self.order.keys(), key=self.order.__getitem__)
                above = next((s for s in sources[(len(sources) - 1) // 2 :] if s not in taken), sources[-1])
                taken.add(above)
                self.end(rule, rule.target, [self.boxes[s] for s in sources], self.boxes[above], gather=gather, top=top)

    def end(self, rule: Rule, target: State, sources: list[_Box], above: _Box, *, gather: float, top: float) -> None:
        self.boxes[target] = self.box(target, above.x, top)
        if len(sources) > 1:
            for box in sources:
                if box != above:
                    self.sheet.line([(box.at(0.5), box.bottom), (box.at(0.5), gather)], head=False)
            self.sheet.line([(sources[0].at(0.5), gather), (sources[-1].at(0.5), gather)], head=False)
        self.sheet.line([(above.at(0.5), above.bottom), (above.at(0.5), top)])
        self.sheet.text(above.at(0.5) + 10, top - 24, [self.verb(rule)], BESIDE)
        for back in self.track.rules.values():
            if back.verb == Verb.REINSTATE and target in back.sources:
                self.reinstate(back, above, gather if len(sources) > 1 else above.bottom, top)

    def reinstate(self, rule: Rule, above: _Box, to: float, top: float) -> None:
        self.sheet.line([(above.at(0.18), top), (above.at(0.18), to)], dashed=True)
        names = [self.verb(rule), *wrap(f"({self.say(BACK)})", BOX, NOTE.size)]
        self.sheet.text(above.at(0.18) - 10, top - 32, names, BEFORE)

    def gates(self) -> None:
        rules = [rule for rule in self.track.rules.values() if rule.gates]
        if not rules:
            return
        y = self.sheet.text(MARGIN, self.sheet.bottom + 44, [self.say(ASKS)], HEADING)
        indent = 20 + max(width(self.verb(rule), CODE.size) for rule in rules) * 1.1
        for rule in rules:
            asked = self.say(SEMICOLON).join(self.say(GATE_LABELS[gate]) for gate in rule.gates)
            self.sheet.text(MARGIN, y + 4, [self.verb(rule)], CODE)
            y = self.sheet.text(MARGIN + indent, y + 4, wrap(asked, self.room - indent, BODY.size), BODY)
