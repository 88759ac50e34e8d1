"""Statements proposed from the documents of plans: found page by page in a job, nothing until a person accepts them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.concept.models import Field
from insek.documents.finding_again import plain_words
from insek.documents.making import making_named
from insek.documents.models import Document, DocumentPage, Passage
from insek.documents.services import MOST_WORDS, make_of_passage, place_words
from insek.engines.documents.outline import Place
from insek.engines.text import fold, shortened
from insek.engines.text.classes import Texts
from insek.engines.text.statements import VERSION, FoundStatement, Headings, find_in_blocks
from insek.engines.text.statements.detection import weights
from insek.engines.text.statements.marking import Marking, without_marking
from insek.people.actors import Actor
from insek.suggestions.item_fields import FieldGuess, FieldModel
from insek.suggestions.keeping import hash_of
from insek.suggestions.models import Suggestion
from insek.suggestions.register import (
    Basis,
    Looking,
    Proposed,
    ShownSuggestion,
    Suggester,
    SuggestionForm,
    SuggestionKind,
    register_suggester,
    register_suggestion_kind,
)
from insek.suggestions.runs import begin_run
from insek.thread.models import Item

from .excerpting import TYPES, best_quantity, headings_before, kept_marking, unit_names
from .models import PlanStatement

STATEMENT = "plan-statement"
NAME = "plan-statements"
ALIKE = 0.7
"""Two sentences that share so many of their words are shown beside each other."""
MOST_COMPARED = 2000
"""Decisions about a plan that a waiting sentence is compared with, the last ones."""


def plan_documents(looking: Looking) -> list[Document]:
    """The documents that were read and are the text of a plan, of all plans or of one."""
    about = {"about": looking.about} if looking.about is not None else {"about__kind": "plan"}
    rows = Document.objects.filter(concept=looking.concept, state=Document.State.DONE, **about)
    return list(rows.order_by("sha256"))


class StatementsOfPlans:
    """The pages that one run looks at, and what it has learnt of the fields of action."""

    def __init__(self, looking: Looking) -> None:
        self.looking = looking
        self.documents = {document.pk: document for document in plan_documents(looking)}
        pages = DocumentPage.objects.filter(document__in=list(self.documents)).order_by(
            "document__sha256", "number"
        )
        self.subjects: Sequence[Any] = list(pages.values_list("pk", flat=True))
        self.units = unit_names()
        self.fields = FieldModel(looking)
        if self.subjects:
            self.fields.learn()
        self.model = " ".join(filter(None, [f"statements {weights().version}", self.fields.encoder]))
        texts = [(self.documents[key].sha256, text) for key, text in pages.values_list("document", "text")]
        self.input_hash = hash_of([texts, self.units, self.model, self.fields.input])
        self._above: tuple[int, int, Headings] = (0, 0, Headings())
        self._seen: set[tuple[str, str]] = set()

    def at(self, subjects: Sequence[Any]) -> Iterable[Proposed]:
        """What these pages say, each sentence of a plan once, with the field that fits it."""
        found: list[tuple[Document, DocumentPage, int, FoundStatement, str]] = []
        for page in DocumentPage.objects.filter(pk__in=list(subjects)).order_by("document__sha256", "number"):
            document = self.documents[page.document_id]
            for placed in find_in_blocks(page.blocks, units=self.units, above=self._headings(page)):
                words = _even(page.blocks[placed.place]["text"][placed.found.start : placed.found.end])
                key = (document.about_id or "", identity_of(words, placed.found.marking))
                if len(words) <= MOST_WORDS and key not in self._seen:
                    self._seen.add(key)
                    found.append((document, page, placed.place, placed.found, words))
        texts = [one.text for _document, _page, _place, one, _words in found]
        if self.fields.learnt is not None and texts:
            guesses = self.fields.guesses(Texts(texts, self.looking.encoder().encode(texts)))
        else:
            guesses = [None] * len(texts)
        for one, guess in zip(found, guesses, strict=True):
            yield self._proposed(*one, guess)

    def _headings(self, page: DocumentPage) -> Headings:
        """The headings above a page: those that the page before left, else read again."""
        document, number, above = self._above
        if (document, number + 1) != (page.document_id, page.number):
            above = Headings()
            for block in headings_before(page.document_id, page.number):
                above.pass_by(block)
        self._above = (page.document_id, page.number, above)
        return above

    def _proposed(
        self, document: Document, page: DocumentPage, place: int, found: FoundStatement, words: str, guess: FieldGuess | None
    ) -> Proposed:  # fmt: skip
        where = f"{document.title}, {_('Seite')} {place_words(document, page)}"
        url = f"{reverse('document-page', args=[document.pk, page.number])}#absatz-{place}"
        return Proposed(
            kind=STATEMENT,
            subject=subject_of(document),
            content={
                "document": document.pk, "page": page.number, "words": words, "type": TYPES[found.kind], "marking": kept_marking(found.marking), "fields": [guess.key] if guess else [],
            },
            identity=identity_of(words, found.marking),
            why=why_of(found, guess),
            confidence=found.chance,
            about=document.about_id or "",
            field_key=guess.key if guess else "",
            basis=[Basis(words, where, url)],
        )  # fmt: skip


def subject_of(document: Document) -> str:
    """A sentence belongs to its plan: whatever file it stands in, on whatever page, it is decided once."""
    return f"plan:{document.about_id}"


def identity_of(words: str, marked: Marking | None) -> str:
    """What makes two sentences of a plan the same: their letters, and what they are marked as (a goal of regional planning is no mere summary of it), by whatever number."""
    return f"{plain_words(without_marking(words))} {kept_marking(marked)}".strip()


def why_of(found: FoundStatement, guess: FieldGuess | None = None) -> str:
    """Why it is proposed, in a sentence: its sort, what it shows, what can be checked, and which words speak for its field."""
    sort = PlanStatement.Type(TYPES[found.kind]).label
    quantity = best_quantity(found)
    told = [
        _("Kennzeichen %(words)s") % {"words": found.marking.words} if found.marking else "",
        _("Zahl: %(words)s") % {"words": quantity.words} if quantity else "",
        _("Jahr: %(year)s") % {"year": found.year} if found.year else "",
        _("Wer: %(who)s") % {"who": ", ".join(found.who)} if found.who else "",
        _("Anzeichen: %(cues)s") % {"cues": ", ".join(found.cues[:5])},
    ]
    if guess is not None:
        sure = _("Handlungsfeld zu %(percent)s %% sicher") % {"percent": round(100 * guess.sure)}
        told.append(f"{sure}: {', '.join(f'„{word}“' for word in guess.words)}" if guess.words else sure)
    return ". ".join([str(sort), *filter(None, told)]) + "."


def accept_statement(suggestion: Suggestion, content: Mapping[str, Any], actor: Actor) -> Item:
    """Make the statement of its words, as the key of the reader does, wherever on the page they stand now."""
    document = Document.objects.filter(pk=content["document"], concept=suggestion.concept_id).first()
    page = (
        DocumentPage.objects.filter(document=document, number=content["page"]).first() if document else None
    )
    if document is None or page is None:
        raise ValidationError(_("Das Dokument gibt es nicht mehr."))
    place = next((number for number, text in enumerate(_texts(page)) if content["words"] in text), None)
    if place is None:
        raise ValidationError(_("Diese Worte stehen nicht mehr auf der Seite."))
    chosen = Field.objects.filter(concept=suggestion.concept_id, key__in=content.get("fields", []))
    passage = make_of_passage(
        document, Place(page.number, place, place), quotation=content["words"], making=making_named("plan_statement"),
        choice=content["type"], field=chosen.first(), actor=actor,
    )  # fmt: skip
    assert passage.item is not None  # a making makes an item
    return passage.item


def without_field(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Accepted with many at once, a sentence is a statement, and its field is left to a person: that is much less sure."""
    return {**content, "fields": []}


def shown_statements(suggestions: Sequence[Suggestion], asker: Asker) -> dict[int, ShownSuggestion]:
    """The words, with the plan that says them, the field, and what was decided of nearly the same words. Three queries."""
    plans = Item.objects.visible_to(asker.actor).in_bulk(
        [each.about_id for each in suggestions if each.about_id]
    )
    names = {field.key: str(field) for field in asker.fields}
    alike = nearly_the_same(suggestions)
    shown = {}
    for each in suggestions:
        plan = plans.get(each.about_id)
        content = each.changed_to or each.content
        sort = PlanStatement.Type(content["type"]).label
        fields = [names[key] for key in content.get("fields", []) if key in names]
        lines = [(str(_("Handlungsfeld")), ", ".join(fields) or str(_("keines vorgeschlagen")))]
        if (other := alike.get(each.pk)) is not None:
            said = _("%(decision)s: %(words)s") % {
                "decision": other.get_state_display(),
                "words": shortened(other.content["words"], 300),
            }
            lines.append((str(_("Fast dieselben Worte sind schon entschieden")), said))
        shown[each.pk] = ShownSuggestion(
            title=plan.shown_title if plan else str(_("Planwerk")),
            title_url=plan.url if plan else "",
            title_lang=plan.title_lang if plan else "",
            text=each.content["words"],
            becomes=str(_("Kernaussage: %(sort)s") % {"sort": sort}),
            lines=lines,
        )
    return shown


def nearly_the_same(suggestions: Sequence[Suggestion]) -> dict[int, Suggestion]:
    """Of each that waits the decided one of its plan with nearly the same words, such as those of an earlier version. One query."""
    waiting = [each for each in suggestions if each.is_open]
    subjects = {each.subject for each in waiting}
    if not subjects:
        return {}
    decided: dict[str, list[tuple[set[str], Suggestion]]] = {}
    rows = Suggestion.objects.decided().filter(kind=STATEMENT, subject__in=subjects)
    for row in rows.order_by("-pk")[:MOST_COMPARED]:
        decided.setdefault(row.subject, []).append((_word_set(row.content["words"]), row))
    found = {}
    for each in waiting:
        own = _word_set(each.content["words"])
        best = max(
            ((len(own & words) / len(own | words), row.pk, row) for words, row in decided.get(each.subject, []) if own | words),
            default=None,
        )  # fmt: skip
        if best is not None and best[0] >= ALIKE:
            found[each.pk] = best[2]
    return found


def _word_set(words: str) -> set[str]:
    return set(fold(words).replace(".", " ").replace(",", " ").split())


class StatementSuggestionForm(SuggestionForm):
    """Another sort than the program saw, or another field."""

    type = forms.ChoiceField(choices=PlanStatement.Type.choices, label=gettext_lazy("Art"))
    field = forms.ChoiceField(required=False, label=gettext_lazy("Handlungsfeld"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["field"]
        offered.choices = [("", _("keines")), *((field.key, str(field)) for field in self.asker.fields)]
        offered.offers_content = True
        self.initial["type"] = self.suggestion.content["type"]
        self.initial["field"] = next(iter(self.suggestion.content.get("fields", [])), "")

    def content(self) -> dict[str, Any]:
        """The content with the sort and the field that were chosen."""
        chosen = self.cleaned_data["field"]
        return {
            **self.suggestion.content,
            "type": self.cleaned_data["type"],
            "fields": [chosen] if chosen else [],
        }


def not_taken_yet(suggestions: Sequence[Suggestion]) -> set[int]:
    """Those whose words nobody took as a statement of the plan, from whatever file. One query."""
    plans = {each.about_id for each in suggestions}
    rows = Passage.objects.filter(document__about__in=plans, item__kind="plan_statement")
    columns = rows.values_list("document__about", "quotation", "item__plan_statement__marking")
    taken = {(plan, plain_words(without_marking(words)), marked) for plan, words, marked in columns}
    keys = {
        each.pk: (
            each.about_id,
            plain_words(without_marking(each.content["words"])),
            each.content.get("marking", ""),
        )
        for each in suggestions
    }
    return {key for key, said in keys.items() if said not in taken}


def look_after_reading(document: Document) -> None:
    """Look for statements as soon as the text of a plan is there."""
    if document.about_id is not None and document.about is not None and document.about.kind == "plan":
        suggester = _SUGGESTER
        begin_run(suggester, document.concept, about=document.about)


def _texts(page: DocumentPage) -> list[str]:
    return [_even(block["text"]) for block in page.blocks]


def _even(text: str) -> str:
    return " ".join(text.split())


register_suggestion_kind(
    SuggestionKind(
        name=STATEMENT, label=gettext_lazy("Kernaussage"), plural=gettext_lazy("Kernaussagen"),
        question=gettext_lazy("Ist das eine Kernaussage dieses Planwerks?"), accept=accept_statement, shown=shown_statements,
        form=StatementSuggestionForm, standing=not_taken_yet, among_many=without_field,
        note_of_many=gettext_lazy("Kernaussagen kommen hier ohne Handlungsfeld: Es ist weniger sicher als der Satz selbst. Handlungsfelder werden danach eigens vorgeschlagen; einzeln durchgesehen, nimmt der Satz sein Feld gleich mit."), order=10,
    )
)  # fmt: skip
_SUGGESTER = Suggester(
    name=NAME, label=gettext_lazy("Kernaussagen der Planwerke"),
    explanation=gettext_lazy("Liest die Dokumente der Planwerke Satz für Satz und schlägt vor, was ein Ziel, eine Maßnahme, ein Befund, eine Verpflichtung oder ein Ausschluss ist."),
    kinds=(STATEMENT,), version=VERSION, begin=StatementsOfPlans, piece=20, of_kind="plan", order=10,
)  # fmt: skip
register_suggester(_SUGGESTER)
