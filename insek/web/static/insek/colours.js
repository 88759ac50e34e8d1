/* The theme's colours as plain values, for canvases and charts that cannot read style sheets. */
export function colours(...names) {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const values = names.map((name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  return Object.fromEntries(names.map((name, index) => [name, values[index]]));
}

/* Mixes two "rgb(r, g, b)" colours. */
export function mix(from, to, share) {
  const [a, b] = [from, to].map((colour) => colour.match(/[\d.]+/g).map(Number));
  return `rgb(${a.slice(0, 3).map((part, index) => Math.round(part + (b[index] - part) * share)).join(", ")})`;
}

const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/* Of two inks the one that stands out more on a ground. */
export function readable(ground, ...inks) {
  const luminance = (colour) => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    const [r, g, b] = parts.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const base = luminance(ground);
  const contrast = (ink) => (Math.max(base, luminance(ink)) + 0.05) / (Math.min(base, luminance(ink)) + 0.05);
  return inks.reduce((best, ink) => (contrast(ink) > contrast(best) ? ink : best));
}

export const german = document.documentElement.lang.startsWith("de");

export function formatNumber(value, decimals = 0) {
  return new Intl.NumberFormat(german ? "de-DE" : "en-GB", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(value);
}
