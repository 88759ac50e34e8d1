/* Draws a Vega-Lite chart from the JSON beside it, in the theme's colours and the page's language.
   No code is generated from text (`ast` and the interpreter), as the content security policy demands. */
import { colours, german } from "./colours.js";

const PAPER_WIDTH = 660; // px; what an upright sheet of A4 has room for
const vendor = (name) => new URL(`../vendor/vega/${name}`, import.meta.url).href;
let library;

function load() {
  library ??= (async () => {
    await import(vendor("vega.min.js"));
    const [{ expressionInterpreter }] = await Promise.all([
      import(vendor("vega-interpreter.js")),
      import(vendor("vega-lite.min.js")),
    ]);
    return { vega: globalThis.vega, vegaLite: globalThis.vegaLite, expressionInterpreter };
  })();
  return library;
}

const NUMBERS = german
  ? { decimal: ",", thousands: ".", grouping: [3], currency: ["", " €"] }
  : { decimal: ".", thousands: ",", grouping: [3], currency: ["€", ""] };
const TIMES = german
  ? {
      dateTime: "%A, %e. %B %Y, %X", date: "%d.%m.%Y", time: "%H:%M:%S", periods: ["", ""],
      days: ["Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"],
      shortDays: ["So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"],
      months: ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
      shortMonths: ["Jan", "Feb", "März", "Apr", "Mai", "Juni", "Juli", "Aug", "Sep", "Okt", "Nov", "Dez"],
    }
  : undefined;

function theme() {
  const c = colours("ink", "muted", "line", "forest", "copper", "official", "example", "bad", "forest-soft", "surface");
  const font = "Fira Sans";
  const text = { labelFont: font, titleFont: font, labelColor: c.muted, titleColor: c.muted };
  return {
    aria: false,
    mark: { aria: false },
    background: "transparent",
    font,
    axis: {
      ...text, labelFontSize: 14, titleFontSize: 14, titleFontWeight: 400, labelPadding: 8, titlePadding: 12,
      domain: false, ticks: false, gridColor: c.line, gridWidth: 1, labelLimit: 220,
    },
    axisX: { grid: false, domain: true, domainColor: c.muted, ticks: true, tickColor: c.muted, labelFlush: false },
    legend: { ...text, labelFontSize: 14, symbolType: "stroke", symbolStrokeWidth: 3, orient: "top", title: null, labelLimit: 260 },
    view: { stroke: null },
    line: { color: c.forest, strokeWidth: 2.5, strokeJoin: "round", strokeCap: "round" },
    point: { color: c.forest, filled: true, size: 46 },
    area: { color: c.forest },
    bar: { color: c.forest, cornerRadiusEnd: 3 },
    rule: { color: c.copper, strokeDash: [4, 4], strokeWidth: 1.5 },
    text: { font, fontSize: 14, color: c.ink },
    range: { category: [c.forest, c.copper, c.official, c.example, c.bad] },
    style: { chosen: { color: c.copper, fill: c.copper }, path: { color: c.copper, stroke: c.copper }, quiet: { color: c.muted, fill: c.muted }, halo: { fill: c.surface, color: c.surface } },
  };
}

/* On a phone the names stand above the bars, which then have the whole width. */
function fitBars(spec, width) {
  if (spec.usermeta?.insek !== "bars" || width > 560) return spec;
  const axis = { ...spec.encoding.y.axis, labelAlign: "left", labelPadding: 0, labelOffset: -11, labelLimit: width };
  const lowered = (mark) => (mark.type === "bar" ? { ...mark, height: 12, yOffset: 9 } : { ...mark, dy: 9 });
  return {
    ...spec,
    height: { step: 46 },
    encoding: { ...spec.encoding, y: { ...spec.encoding.y, axis } },
    layer: spec.layer.map((layer) => ({ ...layer, mark: lowered(layer.mark) })),
  };
}

function showTip(stage) {
  let tip;
  return (_handler, event, _item, value) => {
    tip?.remove();
    if (value == null || value === "") return;
    tip = document.createElement("div");
    tip.className = "chart__tip";
    tip.textContent = String(value);
    document.body.append(tip);
    const left = Math.min(event.pageX + 14, scrollX + document.documentElement.clientWidth - tip.offsetWidth - 8);
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${event.pageY - tip.offsetHeight - 12}px`;
    stage.addEventListener("pointerleave", () => tip.remove(), { once: true });
  };
}

export async function start(figure) {
  const stage = figure.querySelector("[data-chart-stage]");
  const spec = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  const table = figure.querySelector("[data-chart-table]");
  stage.hidden = false;
  table?.removeAttribute("open");
  let parts;
  try {
    parts = await load();
  } catch {
    stage.hidden = true; // the table says it all
    table?.setAttribute("open", "");
    figure.dataset.ready = "table";
    return;
  }
  const { vega, vegaLite, expressionInterpreter } = parts;
  let view;

  const draw = async () => {
    view?.finalize();
    const width = document.documentElement.classList.contains("on-paper") ? PAPER_WIDTH : stage.clientWidth;
    const themed = { ...fitBars(spec, width), width, autosize: { type: "fit-x", contains: "padding" }, config: { ...theme(), ...spec.config } };
    const runtime = vega.parse(vegaLite.compile(themed, { logger: vega.logger(vega.Error) }).spec, null, { ast: true });
    view = new vega.View(runtime, {
      expr: expressionInterpreter,
      locale: { number: NUMBERS, time: TIMES },
      renderer: "svg",
      container: stage,
      hover: false,
    });
    view.tooltip(showTip(stage));
    await view.runAsync();
    // the stage has one name for the whole picture; the table holds the values
    stage.querySelector("svg")?.setAttribute("aria-hidden", "true");
    return width;
  };

  await document.fonts?.load("16px 'Fira Sans'");
  let drawn = await draw();
  stage.setAttribute("role", "img");
  stage.setAttribute("aria-labelledby", figure.getAttribute("aria-labelledby"));
  figure.dataset.ready = "drawn";

  new ResizeObserver(() => {
    if (stage.clientWidth === drawn) return;
    drawn = stage.clientWidth;
    draw();
  }).observe(figure);
  document.addEventListener("insek:theme", draw);
}
