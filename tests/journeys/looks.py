"""What is looked for on a page beside the rules of axe-core: words cut off, focus unseen, states told by colour alone."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.journeys.conftest import axe_violations, overflows

SMALL = {"width": 320, "height": 256}
"""A desk of 1280 x 1024 at 400 %."""
SETTLED = 250
"""Milliseconds after which a page stands as its new size wants it."""
LONG_WORD = "Straßenverkehrsinfrastrukturerneuerungsprogramm"

CUT_WORDS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const text = walker.currentNode, holder = text.parentElement;
    if (!text.textContent.trim() || !holder.checkVisibility({ visibilityProperty: true }) || holder.closest("svg, .visually-hidden, script, style, option")) continue;
    range.selectNodeContents(text);
    const right = range.getBoundingClientRect().right;
    if (range.getBoundingClientRect().width < 2) continue;
    let edge = innerWidth;
    for (let box = holder; box !== document.documentElement; box = box.parentElement) {
      const { overflowX, textOverflow, clipPath } = getComputedStyle(box);
      if (clipPath !== "none" || box.matches("[aria-hidden=true], caption.visually-hidden")) { edge = Infinity; break; }
      if (["auto", "scroll"].includes(overflowX) || textOverflow === "ellipsis") { edge = Infinity; break; }
      if (["hidden", "clip"].includes(overflowX)) { edge = box.getBoundingClientRect().right; break; }
    }
    if (right > edge + 1) found.push(text.textContent.trim().slice(0, 60));
  }
  return [...new Set(found)].slice(0, 4);
}"""
"""Words that reach beyond the window or the box that hides what reaches beyond it."""

UNSEEN_FOCUS = """() => {
  const found = [], known = new Set();
  const around = (element) => {
    const parts = [element, element.nextElementSibling, ...(element.labels || [])];
    for (let box = element.parentElement, steps = 0; box && steps < 5; box = box.parentElement, steps += 1) parts.push(box);
    return parts.filter(Boolean);
  };
  const look = (element) => around(element).map((part) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor, textDecorationLine } = getComputedStyle(part);
    return [outlineStyle === "none" || parseFloat(outlineWidth) < 1 ? "" : outlineStyle + outlineWidth + outlineColor, boxShadow, borderColor, backgroundColor, textDecorationLine].join();
  }).join(";");
  const all = [...document.querySelectorAll("a[href], button:enabled, input:enabled:not([type=hidden]), select:enabled, textarea:enabled, summary, [tabindex]")];
  for (const element of all) {
    if (element.tabIndex > 0) found.push(`its place in the order is set by hand: ${element.outerHTML.slice(0, 100)}`);
    if (element.tabIndex < 0 || !element.checkVisibility({ visibilityProperty: true })) continue;
    const kind = `${element.tagName}.${element.className.baseVal ?? element.className} in ${element.parentElement.className}`;
    if (known.has(kind)) continue;
    known.add(kind);
    const before = look(element);
    element.focus({ preventScroll: true, focusVisible: true });
    if (document.activeElement === element && look(element) === before) found.push(`its focus cannot be seen: ${element.outerHTML.slice(0, 100)}`);
    element.blur();
  }
  return found;
}"""

COLOUR_ALONE = """() => {
  const found = [], icons = new Map();
  const words = (element) => (element.getAttribute("aria-label") || element.textContent || "").trim();
  for (const mark of document.querySelectorAll(".mark[class*='mark--']")) {
    if (!mark.checkVisibility({ visibilityProperty: true })) continue;
    const name = [...mark.classList].find((part) => part.startsWith("mark--"));
    if (!words(mark)) found.push(`${name} has no words`);
    const icon = mark.querySelector("svg use")?.getAttribute("href");
    if (!icon) found.push(`${name} has no sign of its own: ${mark.outerHTML.slice(0, 100)}`);
    else icons.set(name, icon);
  }
  for (const bar of document.querySelectorAll(".state-bar")) {
    const parts = bar.querySelectorAll(".state-bar__part"), said = bar.querySelectorAll(".state-bar__words li");
    if (parts.length !== said.length) found.push(`a bar of ${parts.length} parts has ${said.length} words`);
    if (parts.length && getComputedStyle(bar.querySelector("svg")).borderTopStyle === "none") found.push("a bar has no edge in forced colours");
    for (const line of said) if (!words(line)) found.push("a part of a bar has no words");
  }
  for (const link of document.querySelectorAll("main p a[href]:not([class]), main li > a[href]:not([class])")) {
    const style = getComputedStyle(link);
    if (link.checkVisibility() && link.textContent.trim() && link.closest(".prose") && style.textDecorationLine === "none") found.push(`a link in a text is told by colour alone: ${words(link)}`);
  }
  return [...new Set(found)].slice(0, 6);
}"""
"""Asked in forced colours, where what only a colour says is gone."""


def call_by_the_longest_word(folder: Path) -> None:
    """Give every second goal, measure and district of the city of this folder a title that begins with the longest of words."""
    with sqlite3.connect(folder / "insek.sqlite3") as database:
        done = database.execute(
            "update thread_item set title = ? || ' ' || title where kind in ('goal', 'measure', 'district') and rowid % 2",
            [LONG_WORD],
        )
        assert done.rowcount > 20
    database.close()


def at_a_desk(page: Page) -> list[str]:
    """What is wrong with the open page at a desk: axe, focus, and what is left of it when colours are forced."""
    problems = axe_violations(page) + _sideways(page)
    problems += _said(page, UNSEEN_FOCUS)
    page.emulate_media(forced_colors="active")
    problems += _said(page, COLOUR_ALONE)
    page.emulate_media(forced_colors="none")
    return problems


def in_the_hand(page: Page) -> list[str]:
    """What is wrong with the open page on a phone, and on a screen as small as a desk's at 400 %; left as it was."""
    problems = axe_violations(page) + _sideways(page)
    before: Any = page.viewport_size
    page.set_viewport_size(SMALL)
    page.wait_for_timeout(SETTLED)  # charts are drawn anew for their new width
    problems += _sideways(page) + _said(page, CUT_WORDS)
    page.set_viewport_size(before)
    return problems


def _said(page: Page, question: str) -> list[str]:
    return [f"{page.url}: {problem}" for problem in page.evaluate(question)]


def _sideways(page: Page) -> list[str]:
    return [f"{page.url} scrolls sideways at {page.viewport_size}"] if overflows(page) else []
