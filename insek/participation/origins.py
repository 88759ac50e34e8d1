"""What contributions of other platforms keep of them, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _


def vote_words(votes_for: int | None, votes_against: int | None) -> str:
    """How people voted there, in words; empty where it is not known."""
    if votes_for is None and votes_against is None:
        return ""
    if votes_against is None:
        return _("%(count)s dafür") % {"count": votes_for}
    if votes_for is None:
        return _("%(count)s dagegen") % {"count": votes_against}
    return _("%(pro)s dafür, %(contra)s dagegen") % {"pro": votes_for, "contra": votes_against}
