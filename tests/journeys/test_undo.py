"""Taking a change back from the history and a deleted item out of the bin: by keyboard, on a phone, in the dark."""

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
    assert not page.locator("#zurueck-title").is_checked()
    assert page.locator("#zurueck-text").is_checked()
    assert "Seitdem hat das jemand noch einmal geändert." in page.locator("main").inner_text()
    press_until(page, "Rückgängig machen")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/k/{goal}")
    assert "Die Änderung ist zurückgenommen." in page.locator("[role=status]").first.inner_text()
    assert "Die Stadt baut Radwege." in page.locator("main").inner_text()
    assert "Viele Wege mit dem Rad" in page.locator("h1").inner_text()
    page.goto(f"/k/{goal}/verlauf")
    assert "macht die Änderung vom" in page.locator(".change").first.inner_text()


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
    assert "Und wiederkommt." in page.locator("main").inner_text()
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
    assert "wenn sie freigegeben ist" in page.locator("main").inner_text()
    page.get_by_role("button", name="Rückgängig machen").click()
    page.wait_for_url("**/freigaben/*/")
    assert "rückgängig" in page.locator("main").inner_text()
    page.get_by_role("button", name="Veröffentlichen").click()
    page.goto(f"/k/{item_id}")
    assert "Ein Satz, der wieder geht." not in page.locator("main").inner_text()
