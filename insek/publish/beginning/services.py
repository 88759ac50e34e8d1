"""What is done while a concept is set up: begin it, take a ready structure, enter units, bodies and districts as lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _

from insek.concept.models import Concept, Edition, Field, LevelName, Theme
from insek.concept.states import state_of
from insek.concept.structures import FieldIdea
from insek.engines.text import fold
from insek.people import services as people
from insek.people.actors import Actor, require
from insek.people.body_kinds import kind_called, kind_told_by
from insek.people.models import Body, Membership, Right, Role, Unit, User
from insek.places.models import District
from insek.release.bundling import fields_wait_for
from insek.space.sign_acts import put_usual_signs
from insek.thread.models import Item
from insek.thread.pieces import in_pieces
from insek.thread.services import check_in_memory, create_item
from insek.thread.setting_up import delete_part, save_part

from .lines import PastedLine

COLOURS = ("#2f6b4f", "#2b5f8a", "#a04030", "#8a6414", "#6b4f8a", "#1f6f78", "#7a4a2b", "#555f6b")
"""Colours of fields that nobody chose, each readable on white and apart from the next."""
LEAD = "project-lead"
PIECE = 3
"""Districts of the first piece that is written; the next ones are as large as the time allows."""
Made = TypeVar("Made")


def begin_concept(values: dict[str, Any], *, user: User | None, actor: Actor) -> Concept:
    """Begin the one concept of an installation, with a draft edition and the city as a place.

    Whoever begins it gets the role of project lead where nobody has it, since the rest of setting up needs it.
    Raises PermissionDenied, and ValidationError by field, or where there is a concept already.
    """
    require(actor, "concept.begin")
    concept = Concept(**values, key=_key(values.get("city", "")))
    with transaction.atomic():
        list(Role.objects.select_for_update().order_by("pk"))  # of two who begin at a time one waits
        if Concept.objects.exists():
            raise ValidationError(
                _("Das Konzept ist schon begonnen. Was darin steht, ändern Sie unter „Konzept einrichten“.")
            )
        concept.full_clean()
        concept.save(force_insert=True)
        Edition.objects.create(concept=concept, key="erste", title=str(_("Arbeitsfassung")))
        _name_by_law(concept)
        put_usual_signs(concept)
        lead = Role.objects.filter(key=LEAD).first()
        if user is not None and lead is not None and not Membership.objects.filter(role=lead).exists():
            people.give_role(user, role=lead, actor=actor)
        create_item(
            kind="district", concept=concept, actor=actor.with_rights(Right.EDIT, Right.RELEASE), index_later=True,
            values={"title": concept.city, "level": District.Level.CITY, "code": concept.ags, "visibility": "public"},
        )  # fmt: skip
    return concept


def _name_by_law(concept: Concept) -> None:
    """Enter the words that the law of the state gives to levels, where they are known: data of the city from then on."""
    state = state_of(concept.ags)
    for level, said in (state.words if state else {}).items():
        names = dict(zip(("singular", "plural", "singular_en", "plural_en"), said, strict=True))
        LevelName.objects.create(concept=concept, level=level, **names)


def add_fields(concept: Concept, ideas: Sequence[FieldIdea], *, actor: Actor) -> list[Field]:
    """Enter fields of action that are not there yet, in their order, all or none. Raises ValidationError."""
    taken = {fold(field.name) for field in concept.fields.all()}
    new: dict[str, FieldIdea] = {}
    for idea in ideas:
        if fold(idea.name) not in taken:
            new.setdefault(fold(idea.name), idea)
    return _all_or_none(
        [*new.values()], lambda idea, place: _field(concept, idea, place, actor), start=len(taken)
    )


def _field(concept: Concept, idea: FieldIdea, place: int, actor: Actor) -> Field:
    keys = set(concept.fields.values_list("key", flat=True))
    values = {
        "key": _free(_key(idea.name), keys), "position": place + 1, "name": idea.name, "aim": idea.aim,
        "colour": idea.colour or COLOURS[place % len(COLOURS)], "icon": idea.icon,
    }  # fmt: skip
    made: Field = save_part(
        Field(concept=concept, waits_for=fields_wait_for(concept)),
        values=values,
        expected_version=None,
        actor=actor,
    )
    return made


def add_structure(
    concept: Concept, ideas: Sequence[FieldIdea], themes: Iterable[PastedLine], *, actor: Actor
) -> int:
    """Enter fields of action and themes that are not there yet, all or none; how many. Raises ValidationError."""
    with transaction.atomic():
        return len(add_fields(concept, ideas, actor=actor)) + len(add_themes(concept, themes, actor=actor))


def add_themes(concept: Concept, lines: Iterable[PastedLine], *, actor: Actor) -> list[Theme]:
    """Enter cross-cutting themes that are not there yet, all or none. Raises ValidationError."""
    taken = {fold(theme.name) for theme in concept.themes.all()}
    new = [line for line in lines if fold(line.cells[0]) not in taken]
    keys = set(concept.themes.values_list("key", flat=True))

    def make(line: PastedLine, place: int) -> Theme:
        key = _free(_key(line.cells[0]), keys)
        keys.add(key)
        values = {"key": key, "position": place + 1, "name": line.cells[0], "name_en": line.cell(1)}
        made: Theme = save_part(Theme(concept=concept), values=values, expected_version=None, actor=actor)
        return made

    return _all_or_none(new, make, start=len(taken))


def add_units(lines: Iterable[PastedLine], *, actor: Actor) -> list[Unit]:
    """Enter units by name, abbreviation and the abbreviation or name of the unit above; those that are there stay. All or none."""
    require(actor, "people.manage")
    known = {
        fold(text): unit for unit in Unit.objects.all() for text in (unit.name, unit.abbreviation) if text
    }

    def make(line: PastedLine, _place: int) -> Unit:
        name, abbreviation, above = line.cells[0], line.cell(1), line.cell(2)
        if above and fold(above) not in known:
            raise ValidationError(
                _("„%(name)s“ gibt es noch nicht; übergeordnete Einheiten stehen weiter oben.")
                % {"name": above}
            )
        unit = people.create_unit(
            name=name, name_en="", abbreviation=abbreviation, parent=known.get(fold(above)) if above else None, actor=actor
        )  # fmt: skip
        known.update({fold(text): unit for text in (name, abbreviation) if text})
        return unit

    return _all_or_none([line for line in lines if fold(line.cells[0]) not in known], make)


def add_bodies(lines: Iterable[PastedLine], *, actor: Actor) -> list[Body]:
    """Enter bodies by name and kind; those that are there stay. All or none."""
    require(actor, "people.manage")
    known = {fold(name) for name in Body.objects.values_list("name", flat=True)}
    return _all_or_none(
        [line for line in lines if fold(line.cells[0]) not in known],
        lambda line, _place: people.create_body(
            name=line.cells[0], name_en="", kind=_body_kind(line), actor=actor
        ),
    )


def _body_kind(line: PastedLine) -> str:
    """The kind that a line names, else the one that its name tells."""
    said = line.cell(1)
    if kind := kind_called(said) if said else kind_told_by(line.cells[0]):
        return kind
    if said:
        raise ValidationError(
            _("„%(kind)s“ ist keine Art von Gremium. Möglich sind: %(kinds)s.")
            % {"kind": said, "kinds": ", ".join(str(label) for label in Body.Kind.labels)}
        )
    raise ValidationError(_("Welche Art von Gremium ist das? Bitte in der zweiten Spalte angeben."))


def add_districts(concept: Concept, lines: Iterable[PastedLine], *, actor: Actor) -> list[Item]:
    """Enter districts by name, official key, level and the district above; those that are there stay.

    All rows are checked first, and none is written where one is wrong; then they are written in pieces, so that nobody
    waits. Raises ValidationError with every row that is wrong.
    """
    require(actor, "thread.create_item", "district")
    here = District.objects.of(concept).select_related("item")
    known = {fold(each.item.title): each for each in here}
    city = next((each for each in known.values() if each.level == District.Level.CITY), None)
    new = [line for line in lines if fold(line.cells[0]) not in known]
    levels = _checked_districts(concept, new, set(known))
    made: list[Item] = []

    def write(piece: Sequence[PastedLine]) -> None:
        for line in piece:
            above = line.cell(3)
            item = create_item(
                kind="district", concept=concept, actor=actor, index_later=True,
                values={"title": line.cells[0], "code": line.cell(1), "level": levels[line.number], "visibility": "public",
                        "parent": known[fold(above)] if above else city},
            )  # fmt: skip
            known[fold(line.cells[0])] = item.district
            made.append(item)

    in_pieces(new, write, first=PIECE, smallest=1)
    return made


def _checked_districts(concept: Concept, lines: Sequence[PastedLine], there: set[str]) -> dict[int, str]:
    """The level of each row by its number. Raises ValidationError with every row that could not be written."""
    levels: dict[int, str] = {}
    problems: list[str] = []
    named = set(there)
    for line in lines:
        above = line.cell(3)
        try:
            if above and fold(above) not in named:
                raise ValidationError(
                    _("„%(name)s“ gibt es noch nicht; übergeordnete Räume stehen weiter oben.")
                    % {"name": above}
                )
            levels[line.number] = _level(line, concept)
            item = Item(concept=concept, kind="district", title=line.cells[0], visibility="public")
            check_in_memory(item, District(item=item, code=line.cell(1), level=levels[line.number]))
        except ValidationError as error:
            problems.append(_told(line, " ".join(error.messages)))
        named.add(fold(line.cells[0]))
    if problems:
        raise ValidationError(problems)
    return levels


def _level(line: PastedLine, concept: Concept) -> str:
    said = fold(line.cell(2))
    words = {
        fold(text): name.level for name in concept.level_names.all() for text in (name.singular, name.plural)
    }
    for value, label in District.Level.choices:
        words.setdefault(fold(str(label)), value)
    if not said:
        return str(District.Level.STADTTEIL)
    level = words.get(said)
    if level in District.Level.values:
        return str(level)
    raise ValidationError(_("„%(level)s“ ist keine Ebene Ihrer Stadt.") % {"level": line.cell(2)})


def name_levels(concept: Concept, words: dict[str, tuple[str, ...]], *, actor: Actor) -> int:
    """Say what levels are called: singular and plural, in German and English; how many changed. All or none.

    A level without words is called as the program calls it. Raises ValidationError.
    """
    require(actor, "concept.set_up")
    there = {name.level: name for name in concept.level_names.all()}
    names = ("singular", "plural", "singular_en", "plural_en")
    changed = 0
    with transaction.atomic():
        for level, said in words.items():
            row = there.get(level)
            if row is None and any(said):
                save_part(LevelName(concept=concept), values={"level": level, **dict(zip(names, said, strict=True))},
                          expected_version=None, actor=actor)  # fmt: skip
            elif row is not None and not any(said):
                delete_part(row, expected_version=row.version, actor=actor)
            elif row is not None and said != tuple(getattr(row, name) for name in names):
                save_part(
                    row, values=dict(zip(names, said, strict=True)), expected_version=row.version, actor=actor
                )
            else:
                continue
            changed += 1
    return changed


def _all_or_none(rows: Sequence[Any], make: Callable[[Any, int], Made], *, start: int = 0) -> list[Made]:
    """Make something of each row; raises ValidationError with every row that is wrong, and then nothing is made."""
    made: list[Made] = []
    problems: list[str] = []
    with transaction.atomic():
        for place, row in enumerate(rows, start=start):
            try:
                with transaction.atomic():
                    made.append(make(row, place))
            except ValidationError as error:
                problems.append(_told(row, " ".join(error.messages)))
        if problems:
            raise ValidationError(problems)
    return made


def _told(row: PastedLine | FieldIdea, problem: str) -> str:
    """A problem with the row that has it: by its number where it was pasted as it is, else by its name."""
    if isinstance(row, PastedLine):
        return _("Zeile %(number)s: %(problem)s") % {"number": row.number, "problem": problem}
    return _("„%(name)s“: %(problem)s") % {"name": Truncator(row.name).chars(60), "problem": problem}


def _key(name: str) -> str:
    return slugify(fold(name))[:44].strip("-") or "stadt"


def _free(wanted: str, taken: set[str]) -> str:
    return next(key for key in (wanted, *(f"{wanted}-{n}" for n in range(2, 10_000))) if key not in taken)
