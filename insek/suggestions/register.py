"""The register of suggestions: rooms say here what can be proposed, and what proposes it, when the app starts.

A **kind** of suggestion (`SuggestionKind`) says how it is shown and what accepting it does, through the services of the room.
A **suggester** says what it looks at and what it proposes. Several suggesters may propose the same kind; what a person decided
about a suggestion of a kind is never proposed again, whoever proposes it. docs/developers/suggestions.md walks through an example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from django import forms
from django.utils.functional import Promise

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.thread.models import Item

if TYPE_CHECKING:
    from insek.engines.text.encoders import Encoder

    from .models import Suggestion

Text = str | Promise


@dataclass(frozen=True)
class Basis:
    """What a suggestion is drawn from: words as they stand there, where that is, and an address that leads there."""

    words: str
    where: str = ""
    url: str = ""


@dataclass(frozen=True)
class Proposed:
    """One thing that a suggester proposes.

    ``content`` is plain JSON, given to the kind when it is accepted; ``identity`` is the part of it that makes it the same
    suggestion (all of it where not said). ``confidence`` is a share from 0 to 1: how many of those like it are right.
    ``item``, ``other`` and ``about`` are ids of items: who may not see one of them does not see the suggestion.
    """

    kind: str
    subject: str
    content: Mapping[str, Any]
    why: str
    confidence: float
    item: str = ""
    other: str = ""
    about: str = ""
    field_key: str = ""
    basis: Sequence[Basis] = ()
    identity: Any = None
    input_hash: str = ""
    """Of what this one rests on; empty: that of the whole run."""
    raw_confidence: float | None = None
    """What the engine itself said, where decisions corrected it (calibration.py)."""


@dataclass
class Looking:
    """What a suggester is given: the concept, what to stay within, a seed, an encoder, and how to say how far it is."""

    concept: Concept
    about: Item | None
    seed: int
    encoder: Callable[[], Encoder]
    """The encoder of this installation, loaded when it is first asked for."""
    vectors: Callable[[Sequence[str]], Any]
    """The vectors of texts (one row each, of length 1), from those kept where a text was encoded before."""
    touch: Callable[[], object] = field(default=lambda: None)
    """Say that the work goes on; call it in long loops, at least every minute."""


class Look(Protocol):
    """What a suggester has learnt and will look at. It is made once for each run, outside any transaction."""

    @property
    def subjects(self) -> Sequence[Any]:
        """All that is looked at, in an order that is always the same. An attribute will do, as for the two others."""

    @property
    def model(self) -> str:
        """Id of the model or encoder it uses; empty where there is none."""

    @property
    def input_hash(self) -> str:
        """Of all it learnt from and looks at: the same hash and seed give the same suggestions."""

    def at(self, subjects: Sequence[Any]) -> Iterable[Proposed]:
        """What it proposes about these."""


@dataclass(frozen=True)
class Suggester:
    """Something that proposes: by plain rules, statistics or a model, on this machine alone."""

    name: str
    label: Text
    explanation: Text
    """What it looks at and how, in a sentence for the person who decides."""
    kinds: tuple[str, ...]
    version: str
    begin: Callable[[Looking], Look]
    piece: int = 50
    """Subjects that are looked at in one go; after each the run notes how far it is."""
    of_kind: str = ""
    """The kind of item whose page can ask for a run about it, such as plan; empty: only the whole concept."""
    order: int = 50


@dataclass(frozen=True)
class ShownSuggestion:
    """A suggestion in words: a heading, and lines of what there is and what would be."""

    title: str
    title_url: str = ""
    title_lang: str = ""
    text: str = ""
    """What the subject says, plain."""
    becomes: str = ""
    """What accepting would make, in one line."""
    becomes_url: str = ""
    becomes_text: str = ""
    lines: Sequence[tuple[str, str]] = ()
    """Further facts, each with its label."""
    chart: Callable[[], dict[str, Any] | None] | None = None
    """Makes the chart of what it rests on (web/components/chart.html), where one suggestion is looked at by itself."""


class SuggestionForm(forms.Form):
    """A form that changes what is proposed before it is accepted: its cleaned data becomes the content."""

    def __init__(self, *args: Any, suggestion: Suggestion, asker: Asker, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.suggestion, self.asker = suggestion, asker

    def content(self) -> dict[str, Any]:
        """The content as it is to be accepted, as plain JSON."""
        return {**self.suggestion.content, **self.cleaned_data}


def _anybody(suggestion: Suggestion, actor: Actor) -> bool:
    return True


def _all_stand(suggestions: Sequence[Suggestion]) -> set[int]:
    return {each.pk for each in suggestions}


@dataclass(frozen=True)
class SuggestionKind:
    """What can be proposed, how it is shown, and what accepting it does."""

    name: str
    label: Text
    plural: Text
    question: Text
    """What the person is asked, such as: Gehört das zusammen?"""
    accept: Callable[[Suggestion, Mapping[str, Any], Actor], Any]
    """Makes what is proposed, by the ordinary services and the release step, inside a transaction; gives what these give.
    Raises what they raise; ValidationError says to the person why it is not possible (any more)."""
    shown: Callable[[Sequence[Suggestion], Asker], Mapping[int, ShownSuggestion]]
    """The words of some suggestions by key; a constant number of queries, however many there are."""
    form: type[SuggestionForm] | None = None
    may_decide: Callable[[Suggestion, Actor], bool] = _anybody
    """Whether this person may decide this one, beyond the right to decide suggestions."""
    standing: Callable[[Sequence[Suggestion]], set[int]] = _all_stand
    """The keys of those that still make sense; the others are taken away when a run ends."""
    is_edited: bool = False
    """Whether its form stands open, since people mostly change the words before they accept them."""
    among_many: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    """What goes along where it is accepted together with many: less than it proposes, where a part of that is less sure than the whole."""
    note_of_many: Text = ""
    """What is said of that beside the many."""
    take_back: Callable[[Suggestion, Actor], bool] | None = None
    """Takes back what accepting made where it may have gone on changing; False leaves it to the undo of history. Raises ValidationError."""
    order: int = 50


_kinds: dict[str, SuggestionKind] = {}
_suggesters: dict[str, Suggester] = {}


def register_suggestion_kind(kind: SuggestionKind) -> None:
    """Make known what can be proposed. The same name twice is a programming error."""
    if _kinds.get(kind.name, kind) != kind:
        raise ValueError(f"kind of suggestion {kind.name} is registered twice")
    _kinds[kind.name] = kind


def register_suggester(suggester: Suggester) -> None:
    """Make known what proposes. Its kinds are registered before it; the same name twice is a programming error."""
    if _suggesters.get(suggester.name, suggester) != suggester:
        raise ValueError(f"suggester {suggester.name} is registered twice")
    if unknown := [name for name in suggester.kinds if name not in _kinds]:
        raise ValueError(f"suggester {suggester.name} proposes unknown kinds {unknown}")
    _suggesters[suggester.name] = suggester


def all_suggestion_kinds() -> list[SuggestionKind]:
    """All that can be proposed, in order."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.name))


def suggestion_kind_named(name: str) -> SuggestionKind:
    """The kind of that name. Raises KeyError."""
    return _kinds[name]


def all_suggesters() -> list[Suggester]:
    """All that proposes, in order."""
    return sorted(_suggesters.values(), key=lambda suggester: (suggester.order, suggester.name))


def suggester_named(name: str) -> Suggester | None:
    """The suggester of that name; None for one that this version does not know."""
    return _suggesters.get(name)


def engine_words(engine: str) -> str:
    """What history calls who proposed: ``name version`` of a suggester in words, and as it stands for one that is gone."""
    name, _gap, version = engine.partition(" ")
    known = _suggesters.get(name)
    return f"{known.label} ({version})" if known is not None else engine
