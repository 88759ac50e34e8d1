"""Addresses of the participation room beyond those of all items."""

from django.urls import path

from .views import by_mail, by_people, moderate, points, public, replies

urlpatterns = [
    path("mitmachen/", public.contribute, name="contribute"),
    path("mitmachen/aufgabe.json", public.challenge, name="contribute-challenge"),
    path("beitraege/meiner/<str:token>/", public.my_contribution, name="my-contribution"),
    path("beitraege/per-mail/<str:token>/", by_mail.contribution_by_mail, name="contribution-by-mail"),
    path("beitraege/je-einwohner/", by_people.contributions_by_people, name="contributions-by-people"),
    path(
        "beitraege/je-einwohner.csv",
        by_people.contributions_by_people_table,
        name="contributions-by-people-table",
    ),
    path("beitraege/punkte.json", points.contribution_points, name="contribution-points"),
    path("beitraege/bild.svg", points.contribution_picture, name="contribution-picture"),
    path("moderation/", moderate.queue, name="moderation"),
    path("moderation/mehrere", moderate.bulk, name="moderation-bulk"),
    path("moderation/antworten", replies.reply_many, name="moderation-reply"),
    path("moderation/zurueck", moderate.undo, name="moderation-undo"),
    path("moderation/<slug:item_id>/", moderate.contribution, name="moderate"),
]
