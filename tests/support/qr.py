"""Reads QR codes as a telephone does, for tests: of versions 1 to 6, error level M, bytes, undamaged.

By ISO/IEC 18004; independent of the library that draws them.
"""

import re
import zlib
from collections.abc import Callable

BLOCKS = {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4}
DATA = {1: 16, 2: 28, 3: 44, 4: 64, 5: 86, 6: 108}
MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)
Matrix = list[list[bool]]
_SQUARE = re.compile(rb"([\d.]+) ([\d.]+) m\n([\d.]+) [\d.]+ l\n[\d.]+ [\d.]+ l\n")


def drawn(pdf: bytes) -> list[Matrix]:
    """The codes on the pages of a PDF, from the squares that were drawn, in the order of drawing."""
    found = []
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            content = zlib.decompressobj().decompress(packed)
        except zlib.error:
            continue
        for shape in re.split(rb"\nf\n|\nB\n|\nS\n|\nn\n", content):
            squares = [tuple(map(float, hit)) for hit in _SQUARE.findall(shape)]
            if len(squares) > 100:
                found.append(_matrix(squares))
    return found


def _matrix(squares: list[tuple[float, ...]]) -> Matrix:
    left, top = min(s[0] for s in squares), max(s[1] for s in squares)
    module = squares[0][2] - squares[0][0]
    dark = {(round((top - y) / module), round((x - left) / module)) for x, y, _ in squares}
    size = max(row for row, _ in dark) + 1
    return [[(row, column) in dark for column in range(size)] for row in range(size)]


def read(matrix: Matrix) -> str:
    """The text of a code."""
    size = len(matrix)
    version = (size - 17) // 4
    spelt = [matrix[8][column] ^ bit for column, bit in enumerate((1, 0, 1, 0, 1))]
    assert spelt[:2] == [False, False], "error level M"
    mask = MASKS[int("".join("01"[bit] for bit in spelt[2:]), 2)]
    bits = [
        "01"[matrix[row][column] ^ mask(row, column)]
        for row, column in _path(size)
        if not _fixed(row, column, size, version)
    ]
    words = ["".join(bits[at : at + 8]) for at in range(0, DATA[version] * 8, 8)]
    blocks = BLOCKS[version]
    data = "".join(word for first in range(blocks) for word in words[first::blocks])
    assert data[:4] == "0100", "bytes"
    count = int(data[4:12], 2)
    return bytes(int(data[12 + 8 * at : 20 + 8 * at], 2) for at in range(count)).decode()


def _path(size: int) -> list[tuple[int, int]]:
    """Up and down in pairs of columns from the right, past the column of the timing pattern."""
    rights = [*range(size - 1, 6, -2), *range(5, 0, -2)]
    return [
        (row, column)
        for turn, right in enumerate(rights)
        for row in (range(size) if turn % 2 else reversed(range(size)))
        for column in (right, right - 1)
    ]


def _fixed(row: int, column: int, size: int, version: int) -> bool:
    """Finders with the format beside them, timing, and the alignment pattern from version 2 on."""
    corner = (row < 9 and column < 9) or (row < 9 and column >= size - 8)
    corner = corner or (row >= size - 8 and column < 9)
    aligned = version > 1 and abs(row - size + 7) < 3 and abs(column - size + 7) < 3
    return corner or aligned or row == 6 or column == 6
