"""The design system's style sheet is cut down to what the pages use."""

import re
from pathlib import Path

import pytest

from insek.web.assets import PACKAGE, VENDOR
from insek.web.stylesheets import trimmed, used_names

CSS = (
    '@charset "UTF-8";body{color:var(--kern-a)}:root{--kern-a: var(--kern-b);--kern-b: red;--kern-c: blue}'
    ".kern-btn,.kern-alert{x:1}.kern-alert .kern-btn{x:2}.kern-btn:not(.kern-alert):hover{x:3}.kern-tag--big{x:4}"
    "@media (min-width: 1px){.kern-alert{x:5}.kern-btn:is(.a,.b){x:6}}@media print{.kern-alert{x:7}}"
    ":is(body,.kern-dark):not([class*=kern-level-]){--kern-a: green}@keyframes turn{to{x:8}}"
)


def test_what_is_used_stays_and_all_else_goes():
    assert trimmed(CSS, {"kern-btn", "kern-tag--"}, ()) == (
        '@charset "UTF-8";body{color:var(--kern-a)}:root{--kern-a: var(--kern-b);--kern-b: red;}'
        ".kern-btn{x:1}.kern-btn:not(.kern-alert):hover{x:3}.kern-tag--big{x:4}"
        "@media (min-width: 1px){.kern-btn:is(.a,.b){x:6}}"
        ":is(body,.kern-dark):not([class*=kern-level-]){--kern-a: green}@keyframes turn{to{x:8}}"
    )


def test_names_are_found_in_templates_scripts_and_style_sheets(tmp_path: Path):
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "kern.css").write_text(".kern-alert{}")
    (tmp_path / "a.html").write_text('<a class="kern-btn kern-btn--{{ look }}">')
    (tmp_path / "b.css").write_text("a { color: var(--kern-colour) }")
    assert used_names(tmp_path) == ({"kern-btn", "kern-btn--"}, {"--kern-colour"})


@pytest.mark.skipif(not (VENDOR / "kern" / "kern.css").exists(), reason="the browser files are not built")
def test_the_sheet_as_served_has_every_rule_and_variable_that_is_used():
    classes, variables = used_names(PACKAGE)
    whole, served = (
        (VENDOR / "kern" / name).read_text(encoding="utf-8") for name in ("kern.min.css", "kern.css")
    )
    assert served == trimmed(whole, classes, variables)
    assert len(served) < len(whole) / 10
    for name in variables:
        assert f"{name}:" not in whole or f"{name}:" in served
    for name in classes:
        assert len(re.findall(rf"\.{name}\b", whole)) == 0 or re.search(rf"\.{name}\b", served)
