"""What drawings are made of. A template writes them as SVG; `role` names how a shape is styled."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Role = Literal[
    "axis", "grid", "range", "given", "given-open", "value", "bound", "curve", "reach", "lane", "event", "span",
    "label", "tick", "name",
]  # fmt: skip
MarkKind = Literal["dot", "square", "triangle", "diamond", "down", "up", "ring", "cross"]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A line through points; `style` numbers how it is dashed."""

    points: tuple[tuple[float, float], ...]
    role: Role
    style: int = 0
    shape: Literal["stroke"] = "stroke"

    @property
    def path(self) -> str:
        """The points as the path data of SVG."""
        return "M" + " L".join(f"{x:g} {y:g}" for x, y in self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float
    role: Role
    tip: str | None = None
    shape: Literal["block"] = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A small sign at a point; its `tip` says what it stands for."""

    x: float
    y: float
    kind: MarkKind
    role: Role
    tip: str | None = None
    shape: Literal["mark"] = "mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text at a point."""

    x: float
    y: float
    text: str
    role: Role
    anchor: Anchor = "start"
    shape: Literal["words"] = "words"


Shape: TypeAlias = Stroke | Block | Mark | Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One drawing; `title` names it and `description` tells in words what it shows."""

    key: str
    width: float
    height: float
    title: str
    description: str
    shapes: tuple[Shape, ...]


def rounded(number: float) -> float:
    """Round a coordinate to what can be seen."""
    return round(number, 1)
