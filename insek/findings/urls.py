"""Addresses of the findings room beyond those of all items; the last two are of 0.1, when their list was called otherwise."""

from django.urls import path

from . import board_views, evidence_views, rating_views
from .views import finding_look, former_address

urlpatterns = [
    path("befunde/vorschlagen", finding_look, name="finding-look"),
    path("befunde/tafel/", board_views.board_page, name="board"),
    path("befunde/tafel/karten", board_views.board_cards, name="board-cards"),
    path("befunde/tafel/neu", board_views.board_write, name="board-write"),
    path("befunde/tafel/auswahl", board_views.board_chosen, name="board-chosen"),
    path("befunde/bewertung/", rating_views.rating_list, name="rating-list"),
    path("befunde/bewertung/neu", rating_views.rating_edit, name="rating-new"),
    path("befunde/bewertung/<slug:key>/", rating_views.rating_results, name="rating"),
    path("befunde/bewertung/<slug:key>/tabelle.csv", rating_views.rating_table, name="rating-table"),
    path("befunde/bewertung/<slug:key>/aendern", rating_views.rating_edit, name="rating-edit"),
    path("befunde/bewertung/<slug:key>/gruppen", rating_views.rating_groups, name="rating-groups"),
    path("befunde/bewertung/<slug:key>/papierbogen", rating_views.rating_paper, name="rating-paper"),
    path(
        "befunde/bewertung/<slug:key>/<slug:group_key>/eintragen",
        rating_views.rating_enter,
        name="rating-enter",
    ),
    path("bewerten/", rating_views.rate_code, name="rate-code"),
    path("bewerten/<str:token>", rating_views.rate, name="rate"),
    path("k/<item_id>/karte", board_views.board_card, name="board-card"),
    path("k/<item_id>/als-beleg", evidence_views.evidence_take, name="evidence-take"),
    path("k/<item_id>/beleg", evidence_views.finding_evidence, name="finding-evidence"),
    path("k/<item_id>/karte/schieben", board_views.board_move, name="board-move"),
    path("feststellungen/", former_address, name="finding-list-before"),
    path("feststellungen/<str:part>", former_address, name="finding-part-before"),
]
