"""Addresses of notices."""

from django.urls import path

from .views import administration, answers, follow, own, units

urlpatterns = [
    path("nachrichten/", own.notice_list, name="notice-list"),
    path("nachrichten/einstellungen", own.notice_settings, name="notice-settings"),
    path("nachrichten/abbestellen/<str:token>", own.notice_stop, name="notice-stop"),
    path("nachrichten/wer-was", administration.notice_table, name="notice-table"),
    path("nachrichten/versand/", administration.notice_log, name="notice-log"),
    path("nachrichten/versand/<int:pk>/noch-einmal", administration.notice_again, name="notice-again"),
    path("nachrichten/versand/unklare", administration.notices_decide, name="notices-decide"),
    path("nachrichten/texte/", administration.mail_texts, name="mail-texts"),
    path("nachrichten/texte/<slug:name>/<slug:language>", administration.mail_text, name="mail-text"),
    path("nachrichten/einheiten/", units.unit_duties, name="unit-duties"),
    path("nachrichten/einheiten/<int:pk>/austragen", units.unit_duty_end, name="unit-duty-end"),
    path("nachrichten/links/", answers.answer_links, name="answer-links"),
    path("nachrichten/links/<int:pk>/zuruecknehmen", answers.answer_link_revoke, name="answer-link-revoke"),
    path("folgen/", follow.follow, name="follow"),
    path("folgen/neues.atom", follow.follow_atom, name="follow-atom"),
    path("folgen/termine.ics", follow.follow_calendar, name="follow-calendar"),
    path("folgen/bestaetigen/<str:token>", follow.follow_confirm, name="follow-confirm"),
    path("antworten/<str:token>", answers.answer, name="answer"),
]
