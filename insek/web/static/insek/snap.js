/* What is drawn takes hold of corners and lines that are there: of spatial elements and districts exactly as they are kept (asked
   for the part of the map that one looks at), of the base map as the screen shows it. */

const NEAR = 12; // pixels
const LEAST_ZOOM = 11;
const BASE = /^base-(stream|path|minor|main|motorway|rail|water|building|wood)$/;

const linesOf = ({ type, coordinates }) => ({ LineString: () => [coordinates], MultiLineString: () => coordinates, Polygon: () => coordinates, MultiPolygon: () => coordinates.flat() })[type]?.() ?? [];

/* The nearest corner within reach, else the nearest point of a line: position and name. Screen positions are compared. */
export function nearest(point, lines, project, unproject) {
  let corner = null;
  let side = null;
  for (const { name, points } of lines) {
    let before = null;
    for (const position of points) {
      const here = project(position);
      const far = Math.hypot(here.x - point.x, here.y - point.y);
      if (far <= NEAR && (!corner || far < corner.far)) corner = { far, position, name };
      if (before) {
        const [dx, dy] = [here.x - before.x, here.y - before.y];
        const long = dx * dx + dy * dy;
        const share = long ? Math.max(0, Math.min(1, ((point.x - before.x) * dx + (point.y - before.y) * dy) / long)) : 0;
        const foot = { x: before.x + share * dx, y: before.y + share * dy };
        const off = Math.hypot(foot.x - point.x, foot.y - point.y);
        if (off <= NEAR && (!side || off < side.far)) side = { far: off, foot, name, share, from: before.position, to: position };
      }
      before = { x: here.x, y: here.y, position };
    }
  }
  if (corner) return corner;
  if (!side) return null;
  const between = (axis) => side.from[axis] + side.share * (side.to[axis] - side.from[axis]);
  return { ...side, position: [between(0), between(1)] };
}

export function snapper(map, address, { tell }) {
  let kept = [];
  let asked = 0;
  const own = { on: true };
  const load = async () => {
    const turn = ++asked;
    if (!address || map.getZoom() < LEAST_ZOOM) return void (kept = []);
    const box = map.getBounds().toArray().flat().map((value) => value.toFixed(5)).join(",");
    const answer = await fetch(`${address}${address.includes("?") ? "&" : "?"}ausschnitt=${box}`).catch(() => null);
    if (!answer?.ok || turn !== asked) return;
    const said = await answer.json();
    kept = said.lines.map(([name, points]) => ({ name, points }));
    tell({ isFull: said.is_full });
  };
  map.on("moveend", load);
  const ready = load();
  const ofBase = (point) => {
    const layers = map.getStyle().layers.filter(({ id }) => BASE.test(id)).map(({ id }) => id);
    const around = [[point.x - NEAR, point.y - NEAR], [point.x + NEAR, point.y + NEAR]];
    const found = layers.length ? map.queryRenderedFeatures(around, { layers }) : [];
    return found.flatMap(({ geometry, properties }) => linesOf(geometry).map((points) => ({ name: properties.name ?? "", points })));
  };
  /* The position that is meant by one under the pointer; the same where nothing is near. */
  const hold = (position) => {
    if (!own.on) return null;
    const point = map.project(position);
    const project = (one) => map.project(one);
    return nearest(point, kept, project) ?? nearest(point, ofBase(point), project);
  };
  return { hold, ready, set on(value) { own.on = value; } };
}
