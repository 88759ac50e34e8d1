"""Every kind of page on paper: no tools, nothing cut off, an address to find it again, no empty sheet, light from the dark, too."""

from io import BytesIO
from urllib.parse import unquote

import pikepdf
import pytest
from playwright.sync_api import expect

from tests.journeys.city import PLOT, chain, table
from tests.journeys.conftest import move_map, sign_in
from tests.journeys.test_work import create

UPRIGHT, LYING = {"width": 673, "height": 950}, {"width": 1001, "height": 620}
"""What an A4 sheet has room for between its margins, in CSS pixels."""
COUNTER = 5
"""A sheet's number is drawn with at most so many operators of text, below ten sheets."""
DARK_CHOSEN = "localStorage.setItem('insek-theme', 'dark')"
# the contents of a document and the key of a map are read on paper, too
LOOK = """() => {
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && !element.closest(".visually-hidden") && element.getBoundingClientRect().width > 1;
  const name = (element) => `${element.tagName} ${element.className} ${element.textContent.trim().slice(0, 40)}`;
  const light = (colour) => {
    const [r, g, b, alpha = 1] = colour.match(/[\\d.]+/g).map(Number);
    return colour.startsWith("rgb") && alpha > 0 ? (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255 : null;
  };
  const all = [...document.querySelectorAll("body, body *")].filter((element) => !element.closest("svg, script, option") && seen(element));
  const found = (problem, wrong) => all.filter(wrong).slice(0, 3).map((element) => `${problem}: ${name(element)}`);
  const tools = "button, [type=submit], [type=file], [type=search], .kern-btn, summary, .skip-link, nav:not(.toc, .layers) a:not([aria-current]), .layer:not(.layer--on), "
    + "[name=auswahl], [name=eintrag], [name=aenderung], .site-footer, .breadcrumb, .messages, canvas:not(.map-paper)";
  const wide = (element) => element.matches("table, figure, svg, img, canvas, pre, input, select, textarea, li, p")
    && element.getBoundingClientRect().right > innerWidth + 1;
  const words = (element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
  const problems = [
    ...found("a tool", (element) => element.matches(tools)),
    ...found("too wide", wide),
    ...found("a dark ground", (element) => { const shade = light(getComputedStyle(element).backgroundColor); return shade !== null && shade < 0.6 && element.textContent.trim(); }),
    ...found("pale words", (element) => words(element) && light(getComputedStyle(element).color) > 0.6),
  ];
  if (document.documentElement.scrollWidth > innerWidth + 1) problems.push("wider than the sheet");
  if (!all.some((element) => element.matches("h1"))) problems.push("no heading");
  const address = document.querySelector(".page-address");
  if (!seen(address) || !address.textContent.includes(location.pathname)) problems.push("no address");
  return problems;
}"""


def paper(page):
    """What is wrong with the open page on paper; the page is left as it was."""
    address = unquote(page.url)
    problems = []
    across = page.evaluate("() => document.querySelectorAll('.table thead th:nth-child(7)').length > 0")
    with pikepdf.open(BytesIO(page.pdf(format="A4", prefer_css_page_size=True))) as pdf:
        for number, sheet in enumerate(pdf.pages, start=1):
            _left, _bottom, width, height = [float(edge) for edge in sheet.mediabox]
            if (width > height) != across:
                problems.append(f"sheet {number} is turned")
            shown = [str(step.operator) for step in pikepdf.parse_content_stream(sheet)]
            if sum(operator in {"Tj", "TJ"} for operator in shown) <= COUNTER:
                problems.append(f"sheet {number} is empty")
        most = 40 if "/ausgaben/beispiel/" in address else 9  # an edition is a document
        if page.locator("main :is(.goal-page, .district-top, .field-top)").count():
            most = 2 if "/handlungsfelder/" in address else 1
        if len(pdf.pages) > most:
            problems.append(f"{len(pdf.pages)} sheets")
    page.set_viewport_size(LYING if across else UPRIGHT)
    page.emulate_media(media="print")
    problems += page.evaluate(LOOK)
    page.evaluate("document.querySelector('[data-theme-toggle]').click()")
    problems += page.evaluate(LOOK)
    page.emulate_media(media="null")
    return [f"{address}: {problem}" for problem in problems]


def printed(page, addresses):
    """What is wrong with these pages on paper."""
    problems = []
    for address in addresses:
        assert page.goto(address).status == 200, address
        problems += paper(page)
    return problems


@pytest.fixture
def reader(new_page):
    """Pages in the dark, as somebody chose it."""

    def make(login=""):
        page = new_page(viewport=UPRIGHT, dark=True)
        page.add_init_script(DARK_CHOSEN)
        if login:
            sign_in(page, login)
        return page

    return make


KINDS = [
    "plans",
    "contributions",
    "minutes",
    "formats",
    "districts",
    "features",
    "visions",
    "guidelines",
    "papers",
]


def public_id(name):
    """An item of a kind that everybody sees."""
    return next(row["id"] for row in table(name) if row["visibility"] == "public")


def test_what_everybody_reads(reader):
    reported = table("status_reports")[0]["measure"]
    addresses = [
        "/", "/handlungsfelder/wohnen/", "/massnahmen/", "/grundlagen/", "/massnahmen/?ansicht=tabelle", "/karte/",
        "/planwerke/gesamtschau/", "/planwerke/gesamtschau/planwerke/", "/planwerke/gesamtschau/zeit/", "/planwerke/gesamtschau/gebiete/",
        "/planwerke/gesamtschau/luecken/", "/raumkonzept/?bis=kurzfristig", "/umsetzung/", "/wo-steht-die-stadt/", "/prozess/", "/suche/?q=Rad",
        "/ausgaben/beispiel/", "/datenschutz/", f"/dossier/?{PLOT}", "/api/", "/mitmachen/", "/k/csre74tw",
        f"/k/{reported}/berichte", *(f"/k/{item}" for item in [*chain(), *map(public_id, KINDS)]),
    ]  # fmt: skip
    problems = printed(reader(), addresses)
    assert not problems, "\n".join(problems)


def test_what_the_lead_and_the_council_print(reader):
    _indicator, _finding, goal, measure, _resolution = chain()
    addresses = [
        "/mein-bereich/", "/freigaben/?stand=alle", "/luecken/", "/luecken/link_without_reason/", f"/k/{measure}/bearbeiten",
        f"/k/{goal}/verknuepfen?link=folgen.implemented_by.measure", "/einrichten/", "/einrichten/konzept/1/",
        f"/k/{measure}/ort", "/ausgaben/beispiel/beschliessen", f"/k/{public_id('plans')}/bewerten",
        f"/k/{measure}/bericht", "/k/a9eymzja", "/pruefungen/neu",
    ]  # fmt: skip
    page = reader("leitung")
    waiting = page.request.get("/freigaben/").text().split('class="queue__title"><a href="')[1:]
    addresses += [part.split('"')[0] for part in waiting]
    assert len(addresses) > 15
    problems = printed(page, addresses)
    assert not problems, "\n".join(problems)
    assert printed(reader("rat"), ["/mein-bereich/"]) == []
    assert printed(reader("moderation"), ["/moderation/", f"/moderation/{public_id('contributions')}/"]) == []
    assert printed(reader("verwaltung"), ["/personen/", "/personen/1/", "/personen/rollen/"]) == []


def test_what_a_planner_changes_in_many_ways(reader):
    page = reader("planung")
    problems = []
    page.goto("/massnahmen/?ansicht=tabelle")
    for box in page.locator("main [name=auswahl]").all()[:2]:
        box.check()
    page.click("main button:has-text('Weiter: Was soll sich ändern?')")
    page.check("main input[name=akt][value=eigen-priority]")
    page.select_option("main select[name=eigen-priority]", "3")
    page.click("main button:has-text('Vorschau zeigen')")
    page.wait_for_selector("main .batch-counts")
    problems += paper(page)
    page.click("main button:has-text('Angekreuzte ändern')")
    page.wait_for_selector("main button:has-text('Alles zurücknehmen')")
    problems += paper(page)
    goal = create(page, "/ziele/neu", title="Mehr Bänke", text="An jeder Haltestelle steht eine Bank.")
    page.goto(f"/k/{goal}/bearbeiten")
    page.fill("main [name=text]", "An jeder Ecke steht eine Bank.")
    page.locator("main form button[type=submit]").last.click()
    page.goto(f"/k/{goal}/verlauf")
    problems += paper(page)
    for mark, line in (("ins", "underline"), ("del", "line-through")):
        shown = page.locator(f"main {mark}").first.evaluate(
            "element => getComputedStyle(element).textDecorationLine"
        )
        assert shown == line
    page.get_by_role("link", name="Rückgängig machen").first.click()
    page.wait_for_url("**/zuruecknehmen")
    problems += paper(page)
    page.goto(f"/k/{goal}/loeschen")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/ziele/**")
    problems += printed(page, [f"/geloescht/{goal}/", "/geloescht/", "/stapel/", "/ansichten/"])
    page.goto(f"/einlesen/neu/observations/?indikator={chain()[0]}")
    text = "Stadtteil;2017\nMölschbach;1.100\nAtlantis;1\n"
    file = {"name": "werte.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.set_input_files("main input[type=file]", file)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/tabelle")
    problems += paper(page)
    page.click("main button:has-text('So ist es richtig')")
    page.wait_for_url("**/spalten")
    problems += paper(page)
    assert not problems, "\n".join(problems)


def test_a_chart_and_a_map_of_the_dark_are_light_on_paper(reader):
    page = reader()
    page.goto(f"/k/{chain()[0]}")
    page.wait_for_selector("[data-chart][data-ready=drawn]")
    ink = "() => getComputedStyle(document.querySelector('.chart__stage svg text')).fill"
    dark = page.evaluate(ink)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function(f"dark => ({ink})() !== dark", arg=dark)
    assert page.locator(".chart__stage svg").bounding_box()["width"] < UPRIGHT["width"]
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.wait_for_function(f"dark => ({ink})() === dark", arg=dark)
    page.goto("/raeume/")
    move_map(page, "[data-map]")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    red, green, blue = page.evaluate("""() => {
      const picture = document.querySelector(".map-stage .map-paper");
      return [...picture.getContext("2d").getImageData(picture.width / 2, picture.height / 2, 1, 1).data].slice(0, 3);
    }""")
    assert min(red, green, blue) > 140
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".map-paper")).to_have_count(0)
    assert page.evaluate("document.documentElement.classList.contains('is-dark')")
