"""Changes that wait for their release: what is proposed, by whom and why, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.concept.models import Concept, Edition
from insek.people.actors import Actor
from insek.people.addresses import address_of
from insek.people.models import Right
from insek.thread import events
from insek.thread.audience import limited_kinds
from insek.thread.models import Change, Item

PURGED = ("payload", "differences", "note", "answer", "earlier_answers")
"""Columns of a proposal in which a personal datum may stand."""


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Proposals behind a gate of their own: insiders who see the item, and the author."""

    def visible_to(self, actor: Actor) -> ProposalQuerySet:
        """Only what this actor may see; nothing for the public.

        Of an item of a limited kind that an insider may not read whole (see ``thread.audience``) no proposal from before its
        last release is shown, and none whose item is gone: what was taken out meanwhile must not be read there. Each
        proposal says whether its item may be seen (``shows_item``): the author keeps a proposal also when it may not.
        """
        if actor.user_id is None and not actor.rights:
            return self.none()
        own = Q(author=actor.user_id) if actor.user_id is not None else Q(pk=None)
        there = Item.objects.filter(pk=models.OuterRef("item_id"))
        seen = models.Exists(Item.objects.visible_to(actor).filter(pk=models.OuterRef("item_id")))
        rows = self.annotate(shows_item=seen)
        if not actor.sees_internal and not actor.has(Right.RELEASE):
            return rows.filter(own)
        shown = Q(seen) | ~Q(models.Exists(there))
        if limited := limited_kinds(actor):
            released = Change.objects.filter(
                item_id=models.OuterRef("item_id"),
                action=Change.Action.RELEASED,
                at__gt=models.OuterRef("proposed_at"),
            )
            kept_back = ~Q(models.Exists(there)) | Q(models.Exists(released))
            part_of_it = ~Q(models.Exists(there.read_whole_by(actor)))
            shown &= ~(Q(item_kind__in=limited) & kept_back & part_of_it)
        return rows.filter(own | shown)

    def about(self, item_id: str) -> ProposalQuerySet:
        """Only those of an item, and those of a link that leads to it."""
        ends = Q(differences__link__0__item=item_id) | Q(differences__link__1__item=item_id)
        return self.filter(Q(item=item_id) | ends)

    def waiting(self) -> ProposalQuerySet:
        """Only those nobody has decided."""
        return self.filter(state=Proposal.State.WAITING)

    def undecided(self) -> ProposalQuerySet:
        """Only those that may still come to something: they wait, also for an edition, or their author has them back."""
        return self.filter(
            state__in=[Proposal.State.WAITING, Proposal.State.BUNDLED, Proposal.State.RETURNED]
        )

    def bundle_of(self, edition: Edition) -> ProposalQuerySet:
        """Only those that become valid with an edition, in the order in which they were written."""
        bundled = self.filter(state=Proposal.State.BUNDLED, concept=edition.concept_id)
        return bundled.filter(edition_key=edition.key).order_by("proposed_at", "pk")


class Proposal(models.Model):
    """A change of what the public sees, written down until somebody with the right releases it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("wartet auf Freigabe")
        BUNDLED = "bundled", _("Teil der nächsten Ausgabe")
        RELEASED = "released", _("veröffentlicht")
        RETURNED = "returned", _("zurückgegeben")
        WITHDRAWN = "withdrawn", _("zurückgezogen")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="proposals")
    item: models.ForeignKey[Item | None, Item | None] = models.ForeignKey(
        "thread.Item",
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="proposals",
        help_text="Without a constraint: a proposal outlives its item and says so.",
    )
    item_kind = models.CharField(max_length=20)
    act = models.CharField(max_length=30)
    payload = models.JSONField(default=dict, help_text="What the act needs to be performed.")
    differences = models.JSONField(
        default=dict, help_text="Name of the field -> [before, after]: as proposed, then as released."
    )
    base_version = models.PositiveIntegerField(help_text="The version of the item that the author saw.")
    note = models.TextField(blank=True, help_text="Why this change?")
    suggested_by = models.CharField(
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text="Which machine proposed it: its name and version.",
    )
    answer = models.TextField(blank=True, help_text="Why it was sent back, or closed with its item.")
    earlier_answers = models.JSONField(
        default=list,
        blank=True,
        help_text="Answers with which it was sent back before: a list of at (a moment in ISO 8601) and answer.",
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    edition_key = models.SlugField(
        blank=True,
        default="",
        db_default="",
        db_index=False,
        help_text="Key of the edition with which it becomes valid, or became so; empty: it waits for its release.",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    shows_item = True
    """Whether the reader may see the item; ``visible_to`` says so of each row."""

    objects = ProposalQuerySet.as_manager()

    class Meta:
        db_table = "thread_proposal"  # the name it had in version 0.1
        ordering = ["-proposed_at", "-id"]
        indexes = [
            models.Index(fields=["concept", "state", "-proposed_at", "-id"], name="proposal_by_state"),
            models.Index(fields=["author", "state", "-proposed_at", "-id"], name="proposal_by_author"),
            models.Index(fields=["item", "state"], name="proposal_of_item"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "bundled", "released", "returned", "withdrawn"]),
                name="proposal_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "bundled"], decided_at=None)
                | (~Q(state__in=["waiting", "bundled"]) & Q(decided_at__isnull=False)),
                name="proposal_decided_at",
            ),
            models.CheckConstraint(
                condition=~Q(state="bundled") | ~Q(edition_key=""), name="proposal_bundled_in_edition"
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(answer=""), name="proposal_returned_with_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.act}"

    @property
    def url(self) -> str:
        """The page of this proposal."""
        return address_of("proposal", self.pk)

    @property
    def shown_item(self) -> Item | None:
        """The item, where it is there and the reader may see it."""
        return self.item if self.shows_item else None

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided yet."""
        return self.state == self.State.WAITING

    @property
    def is_undecided(self) -> bool:
        """Whether it waits, or its author has it back."""
        return self.state in {self.State.WAITING, self.State.BUNDLED, self.State.RETURNED}

    def tell(self, action: str) -> None:
        """Write the event that it was proposed or decided, which is no act on its item, in the transaction of that."""
        events.tell(
            concept_id=self.concept_id, action=action, item_id=self.item_id or "", kind=self.item_kind
        )

    def keep_answer(self) -> None:
        """Put the answer with which it was sent back among the earlier ones, so that another can take its place."""
        if self.state == self.State.RETURNED and self.decided_at is not None:
            entry = {"at": self.decided_at.isoformat(), "answer": self.answer}
            self.earlier_answers = [*self.earlier_answers, entry]
        self.answer = ""


def close_with(item: Item, actor: Actor) -> None:
    """Withdraw what nobody has decided about an item that is being deleted, or about a link that leads to it.

    To be called in the transaction that deletes. The reason is content, so it is written in German.
    """
    rows = Proposal.objects.filter(concept=item.concept_id).undecided().about(item.pk)
    with translation.override(settings.LANGUAGE_CODE):
        own = gettext("Der Inhalt wurde gelöscht.")
        other = gettext("Der Inhalt am anderen Ende der Verknüpfung wurde gelöscht.")
    for proposal in rows.select_for_update():
        proposal.keep_answer()
        proposal.answer = own if proposal.item_id == item.pk else other
        proposal.state, proposal.version = Proposal.State.WITHDRAWN, proposal.version + 1
        proposal.decided_at, proposal.decided_by_id = clock.now(), actor.user_id
        proposal.save()
