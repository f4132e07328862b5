"""The app's two icons as PNG files, drawn here: a speech bubble with a tick, the sign that the sandbox's page has too.

Every coordinate is of a square of 32 by 32 with y going down. What a shape is made of gives the distance of
a point to its edge, below zero inside; so an edge can be drawn smoothly at any size.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable
from itertools import pairwise

Rgb = tuple[int, int, int]

SQUARE = 32
COLOR_SIZE = 192
OUTLINE_SIZE = 32
"""Both sizes are Teams' own."""
GREEN: Rgb = (0x0F, 0x76, 0x6E)
WHITE: Rgb = (0xFF, 0xFF, 0xFF)
TICK = ((11.5, 15.2), (14.5, 18.2), (20.5, 12.2))
TAIL = ((10.9, 21.0), (10.9, 25.9), (16.7, 21.0))


def color_icon() -> bytes:
    """The full-colour icon: white on a solid background, the sign within the middle that Teams never cuts off."""

    def color(x: float, y: float, pixel: float) -> tuple[Rgb, float]:
        white = _covered(_bubble(x, y), pixel) * (1 - _covered(_tick(x, y) - 1.3, pixel))
        return _mixed(GREEN, WHITE, white), 1.0

    return _png(COLOR_SIZE, color)


def outline_icon() -> bytes:
    """The outline icon: nothing but white on nothing at all."""

    def color(x: float, y: float, pixel: float) -> tuple[Rgb, float]:
        edge = abs(_bubble(x, y)) - 0.9
        return WHITE, _covered(min(edge, _tick(x, y) - 1.1), pixel)

    return _png(OUTLINE_SIZE, color)


def _bubble(x: float, y: float) -> float:
    return min(_box(x - 16, y - 15, 9.5, 6.5, 2.5), _triangle(x, y))


def _tick(x: float, y: float) -> float:
    return min(_line(x, y, start, end) for start, end in pairwise(TICK))


def _box(x: float, y: float, half_width: float, half_height: float, radius: float) -> float:
    """A box around the origin, with round corners."""
    dx, dy = abs(x) - half_width + radius, abs(y) - half_height + radius
    return math.hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0) - radius


def _triangle(x: float, y: float) -> float:
    (ax, ay), (bx, by), (cx, cy) = TAIL
    slope = ((x - bx) * (by - cy) + (y - by) * (cx - bx)) / math.hypot(by - cy, cx - bx)
    return max(ax - x, ay - y, slope)


def _line(x: float, y: float, start: tuple[float, float], end: tuple[float, float]) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    along = ((x - start[0]) * dx + (y - start[1]) * dy) / (dx * dx + dy * dy)
    along = min(max(along, 0), 1)
    return math.hypot(x - start[0] - along * dx, y - start[1] - along * dy)


def _covered(distance: float, pixel: float) -> float:
    """How much of a pixel of that width is inside, from 0 to 1."""
    return min(max(0.5 - distance / pixel, 0.0), 1.0)


def _mixed(below: Rgb, above: Rgb, share: float) -> Rgb:
    red, green, blue = (round(under + (over - under) * share) for under, over in zip(below, above, strict=True))
    return red, green, blue


def _png(size: int, color: Callable[[float, float, float], tuple[Rgb, float]]) -> bytes:
    """A square picture with red, green, blue and opacity for each pixel."""
    pixel = SQUARE / size
    rows = bytearray()
    for row in range(size):
        rows.append(0)  # each row says that it is not filtered
        for column in range(size):
            rgb, opacity = color((column + 0.5) * pixel, (row + 0.5) * pixel, pixel)
            rows += bytes((*rgb, round(255 * opacity)))
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
