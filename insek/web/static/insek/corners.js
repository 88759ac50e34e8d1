/* The corners of what is drawn, one by one: for those who do not use a pointer, and for exact numbers. */
const MOST = 60;
const number = (text) => Number(text.trim().replace(",", "."));

/* The positions of a shape without the repeated last one of an area. */
export function openRing({ shape, positions }) {
  const [first, last] = [positions[0], positions.at(-1)];
  return shape === "Polygon" && positions.length > 3 && first[0] === last[0] && first[1] === last[1] ? positions.slice(0, -1) : positions;
}

export function cornerList(board, { write }) {
  const box = board.querySelector("[data-corners]");
  const list = box.querySelector("ol");
  const words = board.dataset;
  let now = null; // shape and positions as the field says them
  let built = "";
  const short = (value) => String(Number(value.toFixed(7)));
  const change = (positions) => write(now.shape, positions);

  const field = (label, index, axis) => {
    const input = Object.assign(document.createElement("input"), { type: "text", inputMode: "decimal", autocomplete: "off" });
    input.setAttribute("aria-label", label);
    input.addEventListener("change", () => {
      const typed = number(input.value);
      const before = now.positions[index];
      if (Number.isFinite(typed) && input.value.trim()) change(now.positions.with(index, axis ? [before[0], typed] : [typed, before[1]]));
      else input.value = short(before[axis]);
    });
    return input;
  };
  const button = (sign, label, act, disabled = false) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "kern-btn kern-btn--secondary kern-btn--small", disabled, title: label });
    made.setAttribute("aria-label", label);
    made.append(Object.assign(document.createElement("span"), { className: "kern-label", textContent: sign }));
    made.addEventListener("click", act);
    return made;
  };
  const insertAfter = (index) => {
    const here = now.positions[index];
    const next = now.positions[index + 1] ?? (now.shape === "Polygon" ? now.positions[0] : [here[0] + 0.002, here[1]]);
    change(now.positions.toSpliced(index + 1, 0, [(here[0] + next[0]) / 2, (here[1] + next[1]) / 2]));
  };
  const row = (index, fixed) => {
    const name = `${words.corner} ${index + 1}`;
    const line = document.createElement("li");
    line.append(
      Object.assign(document.createElement("span"), { textContent: name }),
      field(`${name}: ${words.longitude}`, index, 0),
      field(`${name}: ${words.latitude}`, index, 1),
      button("+", `${name}: ${words.insert}`, () => insertAfter(index)),
      button("−", `${name}: ${words.remove}`, () => change(now.positions.toSpliced(index, 1)), fixed),
    );
    return line;
  };

  /* Says what the field says. Rows stay while their number stays, so that nobody loses the place they are at. */
  const show = (state) => {
    const positions = state?.positions && state.shape !== "Point" ? openRing(state) : [];
    box.hidden = !positions.length || positions.length > MOST;
    if (box.hidden) return;
    now = { shape: state.shape, positions };
    const parts = () => [...list.querySelectorAll("input, button")];
    const wanted = `${state.shape} ${positions.length}`;
    if (wanted !== built) {
      built = wanted;
      const focused = parts().indexOf(document.activeElement);
      const fewest = state.shape === "Polygon" ? 3 : 2;
      list.replaceChildren(...positions.map((_, index) => row(index, positions.length <= fewest)));
      if (focused >= 0) parts()[Math.min(focused, parts().length - 1)].focus();
    }
    const inputs = [...list.querySelectorAll("input")];
    positions.forEach((position, index) => [0, 1].forEach((axis) => (inputs[2 * index + axis].value = short(position[axis]))));
  };
  return { show };
}
