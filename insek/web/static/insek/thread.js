/* Draws the threads of the "Warum? – Wozu?" panel where reasons, item and consequences stand side by
   side. Decoration only: the lists say the same. */
const SVG = "http://www.w3.org/2000/svg";
const TALL = 900; // px; on taller boards the item stays at the top, within sight

const make = (name, attributes) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

export function start(panel) {
  const board = panel.querySelector(".why__board");
  const centre = panel.querySelector("[data-thread-centre]");
  const lines = make("svg", { class: "why__lines", "aria-hidden": "true", focusable: "false" });
  board.prepend(lines);

  const draw = () => {
    lines.replaceChildren();
    if (getComputedStyle(lines).display === "none") return;
    board.classList.toggle("is-tall", board.offsetHeight > TALL);
    const origin = board.getBoundingClientRect();
    const middle = centre.getBoundingClientRect();
    const y = middle.top + middle.height / 2 - origin.top;

    for (const side of panel.querySelectorAll("[data-thread-side]")) {
      const before = side.dataset.threadSide === "reasons";
      const knot = { x: (before ? middle.left : middle.right) - origin.left, y };
      for (const end of side.querySelectorAll("[data-thread-end]")) {
        if (end.closest("details:not([open])")) continue;
        const box = end.getBoundingClientRect();
        const head = (end.querySelector("h4") ?? end).getBoundingClientRect(); // a line leads to the name of a group
        const from = { x: (before ? box.right : box.left) - origin.left, y: head.top + head.height / 2 - origin.top };
        const bend = (knot.x - from.x) * 0.55;
        const path = make("path", { d: `M${from.x} ${from.y}C${from.x + bend} ${from.y} ${knot.x - bend} ${knot.y} ${knot.x} ${knot.y}` });
        if ("vague" in end.dataset) path.classList.add("is-vague");
        lines.append(path, make("circle", { cx: from.x, cy: from.y, r: 4 }));
        end.threadPath = path;
      }
      lines.append(make("circle", { cx: knot.x, cy: knot.y, r: 5, class: "why__knot" }));
    }
  };

  const light = (on) => (event) => {
    event.target.closest?.("[data-thread-end]")?.threadPath?.classList.toggle("is-lit", on);
  };
  for (const name of ["pointerover", "focusin"]) board.addEventListener(name, light(true));
  for (const name of ["pointerout", "focusout"]) board.addEventListener(name, light(false));

  new ResizeObserver(draw).observe(board);
  panel.addEventListener("toggle", draw, true);
  document.fonts?.ready.then(draw);
}
