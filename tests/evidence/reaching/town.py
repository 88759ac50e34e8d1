"""A small invented town for tests: two districts of streets and houses, on both sides of a river with one bridge in the north."""

import shapely
from shapely.affinity import translate

from insek.engines.geometry import to_degrees, to_metric
from insek.places.basemap import tiling
from insek.places.basemap.archive import base_path
from insek.places.basemap.features import BaseAbout, BaseFeature

CRS = 25832
CORNER = to_metric(shapely.Point(7.75, 49.44), CRS)
WIDE, HIGH, RIVER, STEP = 1_000.0, 2_000.0, 200.0, 100.0


def placed(shape):
    """A shape in metres from the corner of the town, in degrees."""
    return to_degrees(translate(shape, CORNER.x, CORNER.y), CRS)


def degrees_of(east, north):
    """A point in metres from the corner, as longitude and latitude."""
    point = placed(shapely.Point(east, north))
    return point.x, point.y


WEST = placed(shapely.box(-50, -50, WIDE + RIVER / 2, HIGH + 50))
EAST = placed(shapely.box(WIDE + RIVER / 2, -50, 2 * WIDE + RIVER + 50, HIGH + 50))


def streets(left):
    """A grid of streets from ``left`` metres on; each street is one line that crosses the others."""
    across = [shapely.LineString([(left, y), (left + WIDE, y)]) for y in _steps(HIGH)]
    along = [shapely.LineString([(left + x, 0), (left + x, HIGH)]) for x in _steps(WIDE)]
    return [*across, *along]


def _steps(length):
    return [STEP * number for number in range(int(length / STEP) + 1)]


def houses(left):
    """A house of 144 square metres in the middle of each block."""
    return [
        shapely.box(left + x + 44, y + 44, left + x + 56, y + 56) for x in _steps(WIDE)[:-1] for y in _steps(HIGH)[:-1]
    ]  # fmt: skip


BRIDGE = shapely.LineString([(WIDE, HIGH), (WIDE + RIVER, HIGH)])
LEFT = (0.0, WIDE + RIVER)


def town_features(*, roads="residential", with_houses=True, works=None):
    """The features of the base map; ``works`` is land in metres on which nobody lives."""
    lines = [*streets(LEFT[0]), *streets(LEFT[1]), BRIDGE]
    found = [BaseFeature("road", roads, placed(line)) for line in lines]
    if with_houses:
        found += [BaseFeature("building", "", placed(house)) for left in LEFT for house in houses(left)]
        found.append(BaseFeature("building", "", placed(shapely.box(20, 20, 24, 24))))  # a shed
    if works is not None:
        found.append(BaseFeature("landuse", "industrial", placed(works)))
    return found


def lay_base_map(features):
    """Make these the base map of the installation."""
    base_path().parent.mkdir(parents=True, exist_ok=True)
    tiling.write_tiles(features, BaseAbout(("© Musterstadt",), as_of="2026"), base_path())
