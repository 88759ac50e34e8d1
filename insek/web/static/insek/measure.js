/* Lengths and areas as they are on the ground: on the plane of the city's metric reference system, as the server measures them.
   Transverse Mercator by Krüger's series (millimetres within a zone); German and English way of writing numbers. */

const RADIUS = 6378137;
const FLATTENING = 1 / 298.257222101; // GRS 80
const N = FLATTENING / (2 - FLATTENING);
const ALPHA = [N / 2 - (2 / 3) * N ** 2 + (5 / 16) * N ** 3, (13 / 48) * N ** 2 - (3 / 5) * N ** 3, (61 / 240) * N ** 3];
const MERIDIAN = (RADIUS / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
const radians = (degrees) => (degrees * Math.PI) / 180;

/* The middle meridian and the scale of a reference system (EPSG); of one we do not know the true measure around a longitude. */
function zoneOf(crs, longitude) {
  const zone = crs >= 25828 && crs <= 25838 ? crs - 25800 : crs >= 32601 && crs <= 32660 ? crs - 32600 : 0;
  return zone ? { middle: zone * 6 - 183, scale: 0.9996 } : { middle: longitude, scale: 1 };
}

/* Longitude and latitude to metres east and north on that plane. */
export function onPlane([longitude, latitude], { middle, scale }) {
  const e = (2 * Math.sqrt(N)) / (1 + N);
  const sine = Math.sin(radians(latitude));
  const t = Math.sinh(Math.atanh(sine) - e * Math.atanh(e * sine));
  const turn = radians(longitude - middle);
  const xi = Math.atan2(t, Math.cos(turn));
  const eta = Math.atanh(Math.sin(turn) / Math.sqrt(1 + t * t));
  let [east, north] = [eta, xi];
  ALPHA.forEach((alpha, place) => {
    const times = 2 * (place + 1);
    east += alpha * Math.cos(times * xi) * Math.sinh(times * eta);
    north += alpha * Math.sin(times * xi) * Math.cosh(times * eta);
  });
  return [500000 + scale * MERIDIAN * east, scale * MERIDIAN * north];
}

/* Length of a line, or length of the border and area of a ring, in metres and square metres. */
export function measured(shape, positions, crs) {
  if (positions.length < 2 || shape === "Point") return { length: 0, area: 0, last: 0 };
  const zone = zoneOf(crs, positions[0][0]);
  const plane = positions.map((position) => onPlane(position, zone));
  const ring = shape === "Polygon" ? [...plane, plane[0]] : plane;
  let length = 0;
  let doubled = 0;
  for (let place = 1; place < ring.length; place += 1) {
    const [a, b] = [ring[place - 1], ring[place]];
    length += Math.hypot(b[0] - a[0], b[1] - a[1]);
    // around the first corner, so that large coordinates cost no digits
    doubled += (a[0] - ring[0][0]) * (b[1] - ring[0][1]) - (b[0] - ring[0][0]) * (a[1] - ring[0][1]);
  }
  const [before, end] = plane.slice(-2);
  return { length, area: shape === "Polygon" ? Math.abs(doubled) / 2 : 0, last: Math.hypot(end[0] - before[0], end[1] - before[1]) };
}

const number = (value, decimals) => new Intl.NumberFormat(document.documentElement.lang || "de", { maximumFractionDigits: decimals, minimumFractionDigits: decimals }).format(value);
export const lengthWords = (metres) => (metres < 1000 ? `${number(metres, metres < 10 ? 1 : 0)}\u00a0m` : `${number(metres / 1000, 2)}\u00a0km`);
export const areaWords = (square) => (square < 10000 ? `${number(square, 0)}\u00a0m²` : `${number(square / 10000, 1)}\u00a0ha`);

/* What a shape measures, in words of the page; empty for a point. */
export function measureWords(shape, positions, crs, words) {
  const { length, area, last } = measured(shape, positions, crs);
  if (!length) return "";
  if (shape === "Polygon" && positions.length > 2) return `${words.area} ${areaWords(area)}, ${words.border} ${lengthWords(length)}`;
  return positions.length > 2 ? `${words.length} ${lengthWords(length)}, ${words.last} ${lengthWords(last)}` : `${words.length} ${lengthWords(length)}`;
}
