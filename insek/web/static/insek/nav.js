/* The main navigation folds into a menu on small screens; without this script it is simply there. */
export function wireMenu(page) {
  const button = page.querySelector("[data-nav-toggle]");
  const menu = button && page.getElementById(button.getAttribute("aria-controls"));
  if (!menu) return;

  const show = (open) => {
    menu.classList.toggle("is-open", open);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  page.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || button.getAttribute("aria-expanded") !== "true") return;
    show(false);
    button.focus();
  });
}
