"""What an item says in German, and in English where somebody wrote it."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, When
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from insek.people.models import german_mark, in_language


def title_in_language(path: str = "") -> Case | F:
    """The title of an item in the language of now, for reading many; ``path`` leads to the item ("item__")."""
    if not (get_language() or "de").startswith("en"):
        return F(f"{path}title")
    return Case(When(**{f"{path}title_en": ""}, then=F(f"{path}title")), default=F(f"{path}title_en"))


class InTwoLanguages(models.Model):
    """Title and text in German, which is adopted, and in English, which helps to read it."""

    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    title_en = models.CharField(max_length=300, blank=True)
    text_en = models.TextField(blank=True)

    class Meta:
        abstract = True

    @property
    def shown_title(self) -> str:
        """The title in the language of the page where it is there, else the German one."""
        return in_language(self.title, self.title_en)

    @property
    def shown_name(self) -> str:
        """Number, where it has one, and title in the language of the page."""
        return f"{getattr(self, 'number', '')} {self.shown_title}".strip()

    @property
    def shown_text(self) -> str:
        """The text in the language of the page where it is there, else the German one."""
        return in_language(self.text, self.text_en)

    @property
    def title_lang(self) -> SafeString:
        """Says of a German title on a page in another language that it is German, as an attribute."""
        return german_mark(self.title_en)

    @property
    def text_lang(self) -> SafeString:
        """The same of the text."""
        return german_mark(self.text_en)
