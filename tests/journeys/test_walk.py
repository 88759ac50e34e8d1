"""Walking the golden thread: from a statistic to a decision and back, on a desk, on a phone, by keyboard, without scripts."""

import pytest
from playwright.sync_api import expect

from tests.journeys.city import chain, titles
from tests.journeys.conftest import DESKTOP, PHONE, axe_violations, move_map, overflows


def follow(page, item_id):
    """Click the entry of an item in the why panel."""
    page.locator(f'.why a[href$="/k/{item_id}"]').first.click()
    page.wait_for_url(f"**/k/{item_id}")
    expect(page.locator("h1")).to_contain_text(titles()[item_id])


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_thread_is_walked_there_and_back(new_page, viewport, dark):
    page = new_page(viewport=viewport, dark=dark)
    indicator, *following = chain()
    page.goto(f"/k/{indicator}")
    for item_id in following:
        follow(page, item_id)
        assert not overflows(page), page.url
    for item_id in [*reversed(following[:-1]), indicator]:
        follow(page, item_id)
    assert page.context.cookies() == []


def test_the_way_in_leads_from_the_start_page_through_a_list(new_page):
    page = new_page(viewport=PHONE)
    finding = chain()[1]
    page.goto("/")
    expect(page.locator("h1")).to_contain_text("Kaiserslautern")
    page.goto("/befunde/")
    page.fill("main input[name=q]", titles()[finding].split()[0])
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    page.locator(f'main a[href$="/k/{finding}"]').first.click()
    expect(page.locator("h1")).to_contain_text(titles()[finding])


def test_the_thread_is_walked_by_keyboard_alone(new_page):
    page = new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").startswith("skip-link")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null"), "the menu is skipped"
    indicator, *following = chain()
    page.goto(f"/k/{indicator}")
    for item_id in following:
        for _presses in range(250):
            page.keyboard.press("Tab")
            href = page.evaluate(
                "() => document.activeElement.closest('.why') && document.activeElement.getAttribute('href')"
            )
            if href and href.endswith(f"/k/{item_id}"):
                break
        else:
            raise AssertionError(f"{item_id} cannot be reached by keyboard on {page.url}")
        outline = page.evaluate(
            "() => getComputedStyle(document.activeElement.closest('.why__entry')).outlineStyle"
        )
        assert outline == "solid", "the focus cannot be seen"
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/k/{item_id}")


def test_a_goal_says_how_far_it_is_and_what_is_done_and_leads_to_the_district(new_page):
    phone = new_page(viewport=PHONE)
    phone.goto("/ziele/")
    phone.locator("main a", has_text="Schatten auf Schulhöfen und Spielplätzen").first.click()
    goal = phone.url
    light = phone.locator(".head-lights")
    expect(light).to_contain_text("auf Kurs")
    assert light.bounding_box()["y"] < PHONE["height"]
    chart = phone.locator(".path-chart").first
    expect(chart.locator("svg polyline").nth(1), "the values and the way to the target").to_be_attached()
    expect(chart.locator(".path-chart__sentence")).to_contain_text("Prozent geschafft")
    chart.locator("summary").click()
    expect(chart.locator("tbody tr").nth(2)).to_be_attached()
    measure = phone.locator(".why__entry", has_text="Spielräume in der Innenstadt")
    expect(measure).to_contain_text("läuft nach Plan")
    phone.locator(".goal-page__side .place-link", has_text="Innenstadt-Ost").click()
    expect(phone.locator("h1")).to_contain_text("Innenstadt-Ost")
    back = phone.locator(f"main a[href='{goal.removeprefix(phone.url.split('/k/')[0])}']").first
    back.evaluate("link => link.closest('details')?.setAttribute('open', '')")
    back.click()
    expect(phone).to_have_url(goal)


def test_everything_is_read_without_scripts(new_page):
    page = new_page(javascript=False)
    indicator, *following = chain()
    page.goto(f"/k/{indicator}")
    expect(page.locator("table").first).to_be_visible()
    for item_id in following:
        follow(page, item_id)
    page.goto("/raeume/")
    expect(page.get_by_role("link", name="Siegelbach").first).to_be_visible()
    page.goto("/suche/?q=Rad")
    expect(page.locator("main mark").first).to_be_visible()


def test_a_chart_and_a_map_are_drawn_and_say_the_same_as_their_tables(new_page):
    page = new_page()
    page.goto("/raeume/")
    move_map(page, "[data-map]")
    expect(page.locator("[data-map] .map-list a")).to_have_count(18)
    page.goto(f"/k/{chain()[0]}")
    page.wait_for_selector("[data-chart][data-ready=drawn]", timeout=30_000)
    expect(page.locator("[data-chart] table tbody tr").nth(1)).to_be_attached()


def test_english_pages_are_english(new_page):
    page = new_page()
    page.goto("/")
    page.get_by_role("link", name="English").first.click()
    page.wait_for_url("**/en/")
    assert page.locator("html").get_attribute("lang") == "en"
    navigation = page.locator("header nav").first.inner_text()
    for german in (
        "Maßnahmen",
        "Befunde",
        "Grundlagen",
        "Räume",
        "Beschlüsse",
        "Suche",
        "Handlungsfelder",
    ):
        assert german not in navigation
    page.goto(f"/en/k/{chain()[2]}")
    expect(page.locator(".why")).to_contain_text("Why?")


def test_the_menu_is_used_by_keyboard(new_page):
    page = new_page()
    page.goto("/")
    group, other = page.locator("summary", has_text="Konzept"), page.locator("summary", has_text="Politik")
    goals = page.locator("header nav").get_by_role("link", name="Ziele", exact=True)
    group.focus()
    page.keyboard.press("Enter")
    expect(goals).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(goals).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent.trim()") == "Konzept"
    page.keyboard.press("Space")
    other.press("Enter")
    expect(goals, "a menu that is left is closed").to_be_hidden()
    group.click()
    goals.press("Enter")
    page.wait_for_url("**/ziele/")
    assert page.locator("summary[data-current]").inner_text().startswith("Konzept")


@pytest.mark.parametrize("width", [1024, 1280])
@pytest.mark.parametrize("address", ["/", "/en/"])
def test_the_menu_stands_in_one_line(new_page, width, address):
    page = new_page(viewport={"width": width, "height": 800})
    page.goto(address)
    assert page.locator(".site-nav").bounding_box()["height"] < 60
    page.locator(".site-nav summary").last.click()
    assert not overflows(page)
    assert axe_violations(page) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_on_a_phone_the_menu_opens_where_one_is(new_page, dark):
    page = new_page(viewport=PHONE, dark=dark)
    page.goto("/massnahmen/")
    expect(page.locator(".site-nav")).to_be_hidden()
    page.get_by_role("button", name="Menü").click()
    expect(page.locator("header nav a[aria-current=page]")).to_be_visible()
    assert not overflows(page) and axe_violations(page) == []
    page.locator("header nav a[aria-current=page]").press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator(".site-nav")).to_be_hidden()


def test_without_scripts_every_list_is_reached_from_the_menu(new_page):
    page = new_page(javascript=False, viewport=PHONE)
    page.goto("/")
    page.locator("summary", has_text="Ausgangslage").click()
    page.locator("header nav").get_by_role("link", name="Planwerke", exact=True).click()
    page.wait_for_url(lambda url: url.endswith("/planwerke/"))
