/* How much still fits into a field. Nothing is cut while typing or pasting; what is too long is refused with all of it kept. */
const german = document.documentElement.lang.startsWith("de");
const TELLING = 0.8; // from this part of the limit on it is worth a word

export function start(field) {
  const limit = Number(field.dataset.limit);
  if (!limit || field.type === "hidden") return;
  const note = Object.assign(document.createElement("p"), { className: "form-field__count", id: `${field.id || field.name}-count` });
  note.setAttribute("role", "status");
  field.after(note);

  const count = () => {
    const length = [...field.value].length; // as the server counts: an emoji is one sign, a line break too
    const left = limit - length;
    note.classList.toggle("is-over", left < 0);
    if (left < 0) note.textContent = german ? `${-left} Zeichen zu viel: höchstens ${limit}` : `${-left} characters too many: at most ${limit}`;
    else if (length > limit * TELLING && limit >= 60) note.textContent = german ? `Noch ${left} Zeichen` : `${left} characters left`;
    else note.textContent = "";
  };
  field.addEventListener("input", count);
  count();
}
