"""A package of 0.1, in which checks had keys and tables for all they name, is read as today's."""

import csv
import io
import json

import pytest

from insek.council.former_package import id_of_former
from insek.council.models import Check, CheckGoal, Consultation
from insek.package import PackageRefused, import_package, package_files
from insek.thread.identity import derived_id
from insek.thread.models import Item
from tests.factories import make_body, make_edition, make_item, make_unit

FORMER = {
    "checks.csv": """key,paper,title,subject,unit,standing,weight_reason,paragraph,status,final_on
abcdefgh,,Haushalt,budget,,fact,,,draft,
pruefung-1,paaaa234,"Weg, neu",paper,tiefbau,working,Ein Netz,"Die Vorlage

Grundlage.",final,2026-01-30
pruefung-2,,Bogen,funding,,example,Nur ein Weg,,draft,
""",
    "check_criteria.csv": "check_row,criterion\npruefung-1,netz\npruefung-1,haushalt\n",
    "check_goals.csv": "check_row,goal,effect,reason,certainty\npruefung-1,gzaaa234,strong,Er hilft,high\n",
    "check_measures.csv": "check_row,measure\npruefung-1,maaaa234\n",
    "check_places.csv": "check_row,district\npruefung-1,bezerk23\n",
}


@pytest.fixture
def folder(concept, tmp_path):
    """The files of a concept of 0.1: everything as today, but its checks."""
    make_unit("tiefbau")
    make_edition(concept)
    for kind, pk in (
        ("paper", "paaaa234"),
        ("goal", "gzaaa234"),
        ("measure", "maaaa234"),
        ("district", "bezerk23"),
    ):
        make_item(kind, item_id=pk)
    make_body("gremium")
    for key in ("netz", "haushalt"):
        concept.weight_criteria.create(key=key, position=1, title=key)
    files = package_files(concept)
    listed = json.loads(files["datapackage.json"])
    listed["resources"] += [{"path": path} for path in FORMER if path not in files]
    files["datapackage.json"] = json.dumps(listed).encode()
    concept_key = concept.key
    Item.objects.filter(concept=concept).delete()
    concept.delete()

    def write(**changed):
        for path, content in {
            **files,
            **{path: text.encode() for path, text in FORMER.items()},
            **changed,
        }.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return tmp_path

    write.key = concept_key
    return write


def test_keys_become_ids_and_tables_columns(folder):
    report = import_package(folder())
    assert any("checks.csv: Das Paket ist älter" in note for note in report.notes)
    found = {item.title: item for item in Item.objects.filter(kind="concept_check")}
    check = found["Weg, neu"].concept_check
    assert found["Weg, neu"].pk == id_of_former(folder.key, "pruefung-1")
    assert found["Haushalt"].pk == "abcdefgh"
    assert [item.visibility for item in found.values()].count("public") == 1
    assert (check.item.visibility, check.weight, check.paper_id) == ("public", "citywide", "paaaa234")
    assert sorted(row.key for row in check.criteria.all()) == ["haushalt", "netz"]
    assert [row.pk for row in check.measures.all()] == ["maaaa234"]
    assert [row.pk for row in check.districts.all()] == ["bezerk23"]
    assert [(row.goal_id, row.effect, row.reason) for row in check.goals.all()] == [
        ("gzaaa234", "strong", "Er hilft")
    ]
    assert check.paragraph == "Die Vorlage\n\nGrundlage."
    assert {title: (item.concept_check.weight, item.standing) for title, item in found.items()} == {
        "Weg, neu": ("citywide", "working"), "Haushalt": ("", "working"), "Bogen": ("local", "example"),
    }  # fmt: skip


def test_what_it_writes_is_of_today_and_gives_the_same_again(folder, tmp_path):
    concept = import_package(folder()).concept
    files = package_files(concept)
    assert not {"check_criteria.csv", "check_measures.csv", "check_places.csv"} & set(files)
    again = import_package(folder(), replace=True).concept
    assert package_files(again) == files
    header = next(csv.reader(io.StringIO(files["checks.csv"].decode())))
    assert "id" in header and "key" not in header


def test_an_older_package_with_unknown_names_is_refused_with_its_lines(folder):
    goals = FORMER["check_goals.csv"].replace("pruefung-1", "gibt-es-nicht").encode()
    with pytest.raises(PackageRefused) as refused:
        import_package(folder(**{"check_goals.csv": goals}))
    [problem] = refused.value.problems
    assert (problem.file, problem.row, problem.column) == ("check_goals.csv", 2, "check_row")
    assert not Check.objects.exists()


def test_broken_tables_of_an_older_package_are_named_not_guessed(folder):
    broken = b"key,paper\nx,y,z\n"
    with pytest.raises(PackageRefused) as refused:
        import_package(folder(**{"checks.csv": broken}))
    assert "checks.csv" in {problem.file for problem in refused.value.problems}


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("status", "draft", "nur eine abgeschlossene Prüfung"),
        ("touches_no_goal", "true", "sagt, dass keines berührt ist"),
        ("paper", "gehem234", "nennt, was es nicht ist: gehem234"),
    ],
)
def test_a_package_of_today_with_a_check_that_contradicts_itself_is_refused(
    folder, tmp_path, column, value, said
):
    concept = import_package(folder()).concept
    make_item("paper", item_id="gehem234", visibility="internal", concept=concept)
    files = package_files(concept)
    rows = list(csv.DictReader(io.StringIO(files["checks.csv"].decode(), newline="")))
    [row] = [row for row in rows if row["title"] == "Weg, neu"]
    row[column] = value
    row |= {"final_on": ""} if column == "status" else {"no_goal_reason": "Kein"}
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    target = tmp_path / "heute"
    for path, content in {**files, "checks.csv": text.getvalue().encode()}.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(content)
    with pytest.raises(PackageRefused) as refused:
        import_package(target, replace=True)
    assert any(said in problem.message for problem in refused.value.problems)


def test_steps_and_goals_of_before_get_keys_that_stay_the_same(folder):
    ways = "paper,position,body,role,date,result\npaaaa234,1,gremium,decision,2026-03-01,Ja\n"
    import_package(folder(**{"consultations.csv": ways.encode()}))
    step, goal = Consultation.objects.get(), CheckGoal.objects.get()
    assert step.key == derived_id("consultation", "paaaa234", "1")
    assert goal.key == derived_id("check_goal", goal.check_row_id, "gzaaa234")


def test_two_steps_at_one_place_are_refused_with_their_line(folder):
    ways = "paper,position,body,role,date,result\n" + "paaaa234,1,gremium,decision,,\n" * 2
    with pytest.raises(PackageRefused) as refused:
        import_package(folder(**{"consultations.csv": ways.encode()}))
    assert ("consultations.csv", 3, "position") in [
        (problem.file, problem.row, problem.column) for problem in refused.value.problems
    ]
