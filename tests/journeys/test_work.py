"""A planner's day: write a finding, link it to its evidence, derive a goal, mend a gap, meet a conflict, delete."""

from playwright.sync_api import expect

from tests.journeys.city import table, titles
from tests.journeys.conftest import PHONE, confirm, sign_in


def create(page, address, **values):
    page.goto(address)
    for name, value in values.items():
        field = page.locator(f"main [name={name}]").first
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(lambda url: not url.endswith("/neu"))
    expect(page.locator("[role=status]").first).to_contain_text("ist angelegt")
    confirm(page)
    return page.url.rsplit("/", 1)[1]


def link(page, item_id, choice, words, reason):
    page.goto(f"/k/{item_id}/verknuepfen?link={choice}&q={words}")
    page.locator("main input[name=other]").first.check()
    page.fill("main textarea[name=reason]", reason)
    page.locator("main form[method=post] button[type=submit]").last.click()
    page.wait_for_url(lambda url: "/verknuepfen" not in url)
    confirm(page)
    page.goto(f"/k/{item_id}")


def test_from_evidence_to_goal_and_back(new_page):
    page = new_page(login="leitung")
    finding = create(
        page, "/befunde/neu", title="Es wird wenig Rad gefahren", type="weakness", visibility="public"
    )
    link(
        page,
        finding,
        "gruende.evidences.indicator",
        "Rad",
        "Der Radverkehrsanteil liegt unter dem vergleichbarer Städte.",
    )
    expect(page.locator(".why")).to_contain_text(
        "Der Radverkehrsanteil liegt unter dem vergleichbarer Städte."
    )
    goal = create(page, "/ziele/neu", title="Mehr Wege mit dem Rad", visibility="public")
    page.goto("/luecken/goal_without_measure/")
    expect(page.locator("main")).to_contain_text("Mehr Wege mit dem Rad")
    link(page, goal, "gruende.justifies.finding", "wenig Rad gefahren", "Aus der Schwäche folgt das Ziel.")
    visitor = new_page(viewport=PHONE)
    visitor.goto(f"/k/{goal}")
    visitor.locator(f'.why a[href$="/k/{finding}"]').click()
    expect(visitor.locator("h1")).to_contain_text("Es wird wenig Rad gefahren")


def test_an_internal_draft_is_not_seen_until_it_is_released(new_page):
    page = new_page(login="leitung")
    goal = create(page, "/ziele/neu", title="Noch ein Entwurf")
    visitor = new_page()
    assert visitor.goto(f"/k/{goal}").status == 404
    page.goto(f"/k/{goal}/bearbeiten")
    page.locator("main [name=visibility]").first.select_option("public")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/freigaben/*/")
    assert visitor.goto(f"/k/{goal}").status == 404
    confirm(page)
    assert visitor.goto(f"/k/{goal}").status == 200
    page.goto(f"/k/{goal}/verlauf")
    expect(page.locator("main")).to_contain_text("veröffentlicht")


def test_two_people_change_the_same_goal_and_nothing_is_lost(new_page):
    first, second = new_page(login="leitung"), new_page(login="leitung")
    goal = create(first, "/ziele/neu", title="Gemeinsames Ziel")
    second.goto(f"/k/{goal}/bearbeiten")
    first.goto(f"/k/{goal}/bearbeiten")
    first.fill("main [name=title]", "Ziel der Schnelleren")
    first.locator("main form button[type=submit]").last.click()
    first.wait_for_url(f"**/k/{goal}")
    second.fill("main [name=text]", "Mühsam getippter Text")
    second.locator("main form button[type=submit]").last.click()
    second.wait_for_load_state()
    shown = second.locator("main").inner_text()
    assert "Inzwischen hat jemand anderes diesen Inhalt geändert" in shown
    assert "Schnelleren" in shown
    expect(second.locator("main [name=text]")).to_have_value("Mühsam getippter Text")


def test_an_example_is_not_decided_by_a_real_resolution(new_page):
    page = new_page(login="leitung")
    example = next(
        row for row in table("measures") if row["standing"] == "example" and row["visibility"] == "public"
    )
    real = next(
        row for row in table("resolutions") if row["standing"] == "fact" and row["visibility"] == "public"
    )
    words = titles()[real["id"]]
    page.goto(f"/k/{example['id']}/verknuepfen?link=folgen.decided_by.resolution&q={words}")
    page.locator(f"main input[name=other][value={real['id']}]").check()
    page.locator("main form[method=post] button[type=submit]").last.click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("ist ein Beispiel")


def test_deleting_asks_first_and_leaves_410(new_page):
    page = new_page(login="leitung")
    goal = create(page, "/ziele/neu", title="Kurzlebiges Ziel", visibility="public")
    page.goto(f"/k/{goal}/loeschen")
    expect(page.locator("main")).to_contain_text("Kurzlebiges Ziel")
    page.locator("main form[method=post] button[type=submit]").last.click()
    page.wait_for_url("**/ziele/")
    assert new_page().goto(f"/k/{goal}").status == 410


def test_a_wrong_password_says_so_and_a_person_can_leave(new_page):
    page = new_page()
    page.goto("/anmelden/")
    page.fill("input[name=username]", "leitung")
    page.fill("input[name=password]", "falsch")
    page.click("main form button[type=submit]")
    page.wait_for_load_state()
    expect(
        page.locator("main [role=alert], main .form-errors, main .has-error, main .error-summary").first
    ).to_be_attached()
    sign_in(page, "leitung")
    page.locator("form[action*=abmelden] button").first.click()
    page.wait_for_load_state()
    page.goto("/mein-bereich/")
    page.wait_for_url(lambda url: "/anmelden/" in url)
