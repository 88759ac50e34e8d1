"""Files of the city with their text by page, and the passages that items rest on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.concept.models import Concept, Edition, Field, Versioned
from insek.people.actors import Actor
from insek.thread.models import Item


class DocumentQuerySet(models.QuerySet["Document"]):
    """The gate of documents."""

    def visible_to(self, actor: Actor) -> DocumentQuerySet:
        """Only what this actor may see: insiders all, others what is released."""
        return self if actor.sees_internal else self.filter(is_public=True)


class Document(Versioned):
    """A file under its content hash, such as the adopted concept as a PDF, with its text by page."""

    class Kind(models.TextChoices):
        CONCEPT = "concept", _("Konzept")
        PLAN = "plan", _("Planwerk")
        STUDY = "study", _("Gutachten oder Studie")
        MINUTES = "minutes", _("Protokoll oder Dokumentation")
        OTHER = "other", _("Sonstiges")

    class State(models.TextChoices):
        WAITING = "waiting", _("wartet auf das Lesen")
        RUNNING = "running", _("wird gelesen")
        DONE = "done", _("gelesen")
        FAILED = "failed", _("nicht lesbar")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="documents")
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.CONCEPT)
    date = models.DateField(null=True, blank=True, help_text="Day of the document, such as its adoption.")
    edition = models.ForeignKey(
        Edition, null=True, blank=True, on_delete=models.SET_NULL, related_name="documents"
    )
    about = models.ForeignKey(
        Item, null=True, blank=True, on_delete=models.SET_NULL, related_name="documents_about", help_text="The plan whose text it is."
    )  # fmt: skip
    file = models.FileField(upload_to="documents/", max_length=120)
    file_name = models.CharField(max_length=200, help_text="As it was uploaded.")
    format = models.CharField(max_length=4, help_text="pdf, docx or odt")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(default=0)
    is_public = models.BooleanField(default=False, help_text="Whether anybody may see file and pages.")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    problem = models.CharField(
        max_length=10, blank=True, help_text="Why it could not be read, as the engine says it."
    )
    is_scan = models.BooleanField(default=False)
    wants_ocr = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    uploaded_at = models.DateTimeField(default=clock.now, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        indexes = [models.Index(fields=["concept", "-uploaded_at", "-id"], name="document_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["concept", "sha256"], name="document_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "failed"]), name="document_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def percent(self) -> int:
        """How far the reading is."""
        return round(100 * self.done / self.total) if self.total else 0

    @property
    def is_working(self) -> bool:
        """Whether it is being read, or will be."""
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def has_pages(self) -> bool:
        """Whether it has pages of which there are pictures; other files have sections."""
        return self.format == "pdf"


class DocumentPage(models.Model):
    """The text of one page, or of one section of a file without pages."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    label = models.CharField(
        max_length=120, blank=True, help_text="The number printed on it, or the heading."
    )
    blocks = models.JSONField(default=list)
    text = models.TextField(blank=True)
    width = models.FloatField(default=0)
    height = models.FloatField(default=0)

    class Meta:
        ordering = ["document", "number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="document_page_once")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.number}"


class PagePosting(models.Model):
    """That a page has a term of search: documents are indexed apart from items."""

    word = models.BigIntegerField()
    page = models.ForeignKey(DocumentPage, on_delete=models.CASCADE, related_name="+")
    weight = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["word", "-weight", "page"], name="page_posting_by_weight")]
        constraints = [models.UniqueConstraint(fields=["page", "word"], name="page_posting_once")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.word}"


class PageWord(models.Model):
    """A term of pages as it is spelled, so that typing errors can be looked up (see spelling.py)."""

    id = models.BigIntegerField(primary_key=True, help_text="The number of the term.")
    term = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.term


class Passage(models.Model):
    """Words of a document that an item, or a field of action, rests on: verbatim, with page and place."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="passages")
    page = models.PositiveIntegerField()
    first = models.PositiveIntegerField(help_text="The first block of the page, from 0.")
    last = models.PositiveIntegerField()
    quotation = models.TextField()
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.CASCADE, related_name="passages")
    field = models.ForeignKey(Field, null=True, blank=True, on_delete=models.CASCADE, related_name="passages")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["document", "page", "first", "id"]
        indexes = [models.Index(fields=["document", "page"], name="passage_of_page")]
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=False, field=None) | Q(item=None, field__isnull=False),
                name="passage_of_one",
            )
        ]

    def __str__(self) -> str:
        return self.quotation[:60]


class Outline(Versioned):
    """What a document proposes as a tree, with what a person corrected in it; see outlines.py for its lines."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="outline")
    lines = models.JSONField(default=list)
    decisions = models.JSONField(default=dict, help_text="What words of fact sheets were said to mean.")

    def __str__(self) -> str:
        return str(self.document_id)
