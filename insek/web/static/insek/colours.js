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

export const german = document.documentElement.lang.startsWith("de");

export function formatNumber(value, decimals = 0) {
  return new Intl.NumberFormat(german ? "de-DE" : "en-GB", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(value);
}
