/* The main navigation folds into a menu on small screens; its groups are plain disclosures, which open without this script,
   too. Here they close again: with Escape, when the focus goes elsewhere, and when another one opens. */
const wide = matchMedia("(min-width: 62rem)");

export function wireMenu(page) {
  const groups = [...page.querySelectorAll("[data-nav-group]")];
  wireGroups(page, groups);
  const button = page.querySelector("[data-nav-toggle]");
  const menu = button && page.getElementById(button.getAttribute("aria-controls"));
  if (!menu) return;

  const show = (open) => {
    menu.classList.toggle("is-open", open);
    button.setAttribute("aria-expanded", String(open));
    if (open) for (const group of groups) group.open = Boolean(group.querySelector("[data-current]"));
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  page.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || button.getAttribute("aria-expanded") !== "true") return;
    show(false);
    button.focus();
  });
}

function wireGroups(page, groups) {
  for (const group of groups) {
    const summary = group.querySelector("summary");
    group.addEventListener("toggle", () => {
      if (group.open && wide.matches) for (const other of groups) if (other !== group) other.open = false;
    });
    group.addEventListener("focusout", (event) => {
      if (wide.matches && event.relatedTarget && !group.contains(event.relatedTarget)) group.open = false;
    });
    group.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !group.open) return;
      event.preventDefault(); // the group closes, the menu around it stays
      group.open = false;
      summary.focus();
    });
  }
  page.addEventListener("pointerdown", (event) => {
    if (wide.matches) for (const group of groups) if (!group.contains(event.target)) group.open = false;
  });
  wide.addEventListener("change", () => groups.forEach((group) => (group.open = false)));
}
