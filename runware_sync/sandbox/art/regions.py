"""Connected regions of a mask, found by runs of pixels in rows."""

from collections.abc import Iterator

from PIL import Image

__all__ = ["boxes", "large", "only", "reached_from_border"]

_Run = tuple[int, int, int]  # row, first column, the column after the last


def reached_from_border(mask: Image.Image) -> Image.Image:
    """Keep the white regions that touch the border of the picture."""
    wide, tall = mask.size

    def touches(run: _Run) -> bool:
        row, first, end = run
        return row in {0, tall - 1} or first == 0 or end == wide

    return _painted(mask.size, [region for region in _regions(mask) if any(map(touches, region))])


def large(mask: Image.Image, least: float = 0.08) -> Image.Image:
    """Keep the largest white region, and those of at least this part of its size."""
    found = list(_regions(mask))
    sizes = [_size(region) for region in found]
    limit = max(sizes, default=0) * least
    return _painted(mask.size, [region for region, size in zip(found, sizes, strict=True) if size >= limit])


def boxes(mask: Image.Image, least: float = 0.0) -> list[tuple[int, int, int, int]]:
    """Return the boxes around the white regions, the largest region first: left, top, right, bottom.

    Args:
        mask: black and white.
        least: regions below this part of the largest one's size are left out.
    """
    found = sorted(_regions(mask), key=_size, reverse=True)
    limit = _size(found[0]) * least if found else 0
    return [_box(region) for region in found if _size(region) >= limit]


def only(mask: Image.Image, wanted: list[tuple[int, int, int, int]]) -> Image.Image:
    """Keep the white regions that have one of the boxes."""
    return _painted(mask.size, [region for region in _regions(mask) if _box(region) in wanted])


def _size(region: list[_Run]) -> int:
    return sum(end - first for _, first, end in region)


def _box(region: list[_Run]) -> tuple[int, int, int, int]:
    rows, firsts, ends = zip(*region, strict=True)
    return min(firsts), min(rows), max(ends), max(rows) + 1


def _runs(mask: Image.Image) -> Iterator[_Run]:
    wide, data = mask.width, mask.tobytes()
    for row in range(mask.height):
        line = data[row * wide : (row + 1) * wide]
        first = line.find(255)
        while first >= 0:
            end = line.find(0, first)
            end = wide if end < 0 else end
            yield row, first, end
            first = line.find(255, end)


def _regions(mask: Image.Image) -> Iterator[list[_Run]]:
    """Group runs that overlap from row to row; the mask holds 0 and 255 only."""
    runs = list(_runs(mask))
    parent = list(range(len(runs)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    above = 0
    for index, (row, first, end) in enumerate(runs):
        while above < index and (runs[above][0] < row - 1 or (runs[above][0] == row - 1 and runs[above][2] <= first)):
            above += 1
        other = above
        while other < index and runs[other][0] == row - 1 and runs[other][1] < end:
            parent[root(index)] = root(other)
            other += 1
    groups: dict[int, list[_Run]] = {}
    for index, run in enumerate(runs):
        groups.setdefault(root(index), []).append(run)
    yield from groups.values()


def _painted(size: tuple[int, int], regions: list[list[_Run]]) -> Image.Image:
    wide, tall = size
    data = bytearray(wide * tall)
    for region in regions:
        for row, first, end in region:
            data[row * wide + first : row * wide + end] = b"\xff" * (end - first)
    return Image.frombytes("L", size, bytes(data))
