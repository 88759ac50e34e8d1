"""Values of rows beside items, each unlike all others, so that they are found again wherever they must stand."""

from datetime import date
from decimal import Decimal

ASKED = {
    "position": 1, "code": "Q7", "text": "Wohnen Sie gern hier?", "sort": "choice", "answered": 47, "missing": 13, "counts": "31: sehr gern\n16: ungern",
    "mean": Decimal("3.25"),
}  # fmt: skip

CHECKED = {"effect": "supports", "certainty": "high", "reason": "Weil es hilft"}

COST = {
    "position": 4, "title": "Brückenbau", "amount_eur": 1_234_567, "up_to_eur": 2_345_678, "precision": "exact", "rhythm": "yearly",
    "from_year": 2031, "to_year": 2034, "price_year": 2019, "basis": "net", "budget_product": "5.4.10", "budget": "financial",
    "duty": "obligatory", "is_follow_up": True, "proviso": "Falls das Land zahlt", "standing": "fact", "source_title": "Haushalt",
    "note": "ca. 1,2 Mio", "is_internal": False,
}  # fmt: skip

FUNDS = {
    "position": 3, "source": "Europäische Union", "programme": "Grüne Stadt", "state": "granted", "eligible_eur": 765_432,
    "share_percent": Decimal("66.67"), "amount_eur": 510_313, "own_share_eur": 255_119, "apply_by": "2030-11", "granted_from": "2031-02", "granted_until": "2034-11",
    "bound_until": "2049", "standing": "fact", "source_title": "Bescheid", "note": "Nachtrag folgt", "is_internal": False,
}  # fmt: skip

EFFECT = {"direction": "hinders", "strength": "weak", "certainty": "low", "reason": "Weil es lauter wird"}

MOVED = {
    "number": "ÄA 7", "sort": "proviso", "moved_by": "Musterliste", "moved_on": date(2025, 6, 3), "passage": "Seite 12", "before": "Bis 2030 mehr Bäume.",
    "after": "Bis 2028 mehr Bäume.", "reason": "Weil es heißer wird", "state": "modified", "decided_on": date(2025, 7, 8), "votes_yes": 31, "votes_no": 17,
    "votes_abstain": 4,
}  # fmt: skip

GROUP_VOTE = {"group": "Musterliste", "votes_yes": 31, "votes_no": 17, "votes_abstain": 4}

PLAN_TEXT = {"text": "Das Konzept taugt noch.", "written_on": date(2026, 11, 20), "written_by": "Planungsamt"}

AIM = {
    "number": "L 3", "quotation": "Die Stadt wird leiser.", "document": "Leitbild 2012", "page": "14", "decision": "adapted",
    "reason": "Weil es zu wenig war",
}  # fmt: skip
