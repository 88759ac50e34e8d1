"""Taking a change back from the history and a deleted item out of the bin: by keyboard, on a phone, in the dark."""

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, axe_violations, overflows
from tests.journeys.test_work import create


def save(page, item_id, **values):
    page.goto(f"/k/{item_id}/bearbeiten")
    for name, value in values.items():
        page.fill(f"main [name={name}]", value)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(f"**/k/{item_id}")


def press_until(page, words, key="Tab"):
    """Walk by keyboard to what carries these words."""
    for _step in range(80):
        page.keyboard.press(key)
        if words in page.evaluate("() => document.activeElement.innerText || document.activeElement.id"):
            return
    raise AssertionError(f"{words} can not be reached by keyboard")


def test_a_change_is_taken_back_by_keyboard_and_what_others_changed_since_stays(new_page):
    page = new_page(login="planung")
    goal = create(page, "/ziele/neu", title="Mehr Wege mit dem Rad", text="Die Stadt baut Radwege.")
    save(page, goal, title="Weniger Wege mit dem Rad", text="Die Stadt baut keine Radwege.")
    save(page, goal, title="Viele Wege mit dem Rad")
    page.goto(f"/k/{goal}/verlauf")
    assert axe_violations(page) == []
    press_until(page, "Rückgängig machen")
    press_until(page, "Rückgängig machen")
    page.keyboard.press("Enter")
    page.wait_for_url("**/zuruecknehmen")
    assert axe_violations(page) == []
    expect(page.locator("#zurueck-title")).not_to_be_checked()
    expect(page.locator("#zurueck-text")).to_be_checked()
    expect(page.locator("main")).to_contain_text("Seitdem hat das jemand noch einmal geändert.")
    press_until(page, "Rückgängig machen")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/k/{goal}")
    expect(page.locator("[role=status]").first).to_contain_text("Die Änderung ist zurückgenommen.")
    expect(page.locator("main")).to_contain_text("Die Stadt baut Radwege.")
    expect(page.locator("h1")).to_contain_text("Viele Wege mit dem Rad")
    page.goto(f"/k/{goal}/verlauf")
    expect(page.locator(".change").first).to_contain_text("macht die Änderung vom")


def test_a_deleted_item_comes_back_out_of_the_bin_on_a_phone_in_the_dark(new_page):
    page = new_page(viewport=PHONE, dark=True, login="planung")
    goal = create(page, "/ziele/neu", title="Ein Ziel, das verschwindet", text="Und wiederkommt.")
    page.goto(f"/k/{goal}/loeschen")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/ziele/**")
    page.goto("/mein-bereich/")
    page.get_by_role("link", name="Papierkorb").click()
    page.wait_for_url("**/geloescht/")
    assert axe_violations(page) == []
    assert not overflows(page)
    page.get_by_role("link", name="Ein Ziel, das verschwindet").click()
    page.wait_for_url(f"**/geloescht/{goal}/")
    assert axe_violations(page) == []
    assert not overflows(page)
    press_until(page, "Wiederherstellen")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/k/{goal}")
    expect(page.locator("main")).to_contain_text("Und wiederkommt.")
    page.goto(f"/k/{goal}/verlauf")
    assert not overflows(page)
    assert axe_violations(page) == []


def test_without_scripts_a_public_change_leads_to_its_release(new_page):
    page = new_page(login="leitung", javascript=False)
    page.goto("/ziele/?sichtbarkeit=public")
    item_id = page.locator("main a[href*='/k/']").first.get_attribute("href").rsplit("/", 1)[1]
    page.goto(f"/k/{item_id}/bearbeiten")
    page.fill("main [name=text]", "Ein Satz, der wieder geht.")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/freigaben/*/")
    page.get_by_role("button", name="Veröffentlichen").click()
    page.goto(f"/k/{item_id}/verlauf")
    page.get_by_role("link", name="Rückgängig machen").first.click()
    page.wait_for_url("**/zuruecknehmen")
    expect(page.locator("main")).to_contain_text("wenn Ihre Änderung freigegeben ist")
    page.get_by_role("button", name="Rückgängig machen").click()
    page.wait_for_url("**/freigaben/*/")
    expect(page.locator("main")).to_contain_text("rückgängig")
    page.get_by_role("button", name="Veröffentlichen").click()
    page.goto(f"/k/{item_id}")
    expect(page.locator("main")).not_to_contain_text("Ein Satz, der wieder geht.")
