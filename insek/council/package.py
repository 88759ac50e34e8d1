"""How papers, their way, resolutions and checks are kept in a concept package."""

from django.db.models import Q

from insek.concept.models import Standing
from insek.package import Column, Table, register_older, register_table

from .edition_items import Deviation, Succession
from .examples import check_examples
from .former_law import read_former_law
from .former_package import read_former_checks, read_without_keys
from .models import Check, Resolution, Subject, Weight, WeightCriterion
from .package_checks import check_checks, check_successions

register_table(
    Table(
        name="papers",
        model_path="council.Paper",
        kind="paper",
        note="Papers (Vorlagen) put before a body.",
        order=50,
        own_columns=(
            Column("reference", "text", "Reference, such as 0466/2020."),
            Column("date", "date", "Day of the paper."),
            Column("unit", "reference", "Key of the unit that wrote it.", refers="units"),
            Column(
                "subject",
                "choice",
                "What sort of decision it is; empty: a paper.",
                choices=Subject.values,
                required=False,
                if_absent="paper",
            ),
            Column(
                "weight",
                "choice",
                "Whether it is of citywide weight, as a person chose before any check; empty: not looked at.",
                choices=Weight.values,
                if_absent="",
            ),
        ),
    )
)
register_table(
    Table(
        name="resolutions",
        model_path="council.Resolution",
        kind="resolution",
        note="Decisions (Beschlüsse) of bodies.",
        order=51,
        own_columns=(
            Column("reference", "text", "Reference."),
            Column("date", "date", "Day of the decision.", required=True),
            Column("body", "reference", "Key of the body that decided.", required=True, refers="bodies"),
            Column("paper", "reference", "Id of the paper it decided on.", refers="papers"),
            Column("outcome", "choice", "What came out.", required=True, choices=Resolution.Outcome.values),
            Column("votes_yes", "integer", "Votes in favour."),
            Column("votes_no", "integer", "Votes against."),
            Column("votes_abstain", "integer", "Abstentions."),
            Column("unanimous", "boolean", "Whether nobody voted against."),
            Column("edition", "reference", "Key of the edition it adopted.", refers="editions"),
            Column(
                "adopted_fields", "references", "Keys of the fields of action it adopted.", refers="fields"
            ),
        ),
    )
)
register_table(
    Table(
        name="weight_criteria",
        model_path="council.WeightCriterion",
        note="What makes something a matter of the whole city; the list that the council sets.",
        order=8,
        own_columns=(
            Column("key", "key", "Short name in the package: a-z, 0-9 and hyphens.", required=True),
            Column("position", "integer", "Place in lists.", required=True),
            Column("title", "text", "The criterion in one sentence.", required=True),
            Column("text", "text", "How it is meant."),
            Column(
                "sign",
                "choice",
                "By what a text shows it; empty: only a person can tell.",
                choices=WeightCriterion.Sign.values,
                if_absent="",
            ),
            Column(
                "least", "decimal", "Euros, hectares or places from which on it is fulfilled.", if_absent=""
            ),
            Column("words", "text", "Words that show it, separated by commas.", if_absent=""),
            Column(
                "standing", "choice", "How far it can be relied on.", required=True, choices=Standing.values
            ),
        ),
    )
)
register_table(
    Table(
        name="checks",
        model_path="council.Check",
        kind="concept_check",
        note="Checks against the concept (INSEK-Prüfungen). What is public is finished and names only what is public.",
        order=53,
        own_columns=(
            Column("paper", "reference", "Id of the paper; empty when it stands alone.", refers="papers"),
            Column("subject", "choice", "What sort of matter.", required=True, choices=Check.Subject.values),
            Column("unit", "reference", "Key of the unit that checks.", refers="units"),
            Column("edition", "reference", "Key of the edition it rests on.", refers="editions"),
            Column(
                "weight",
                "choice",
                "Whether it is of citywide weight, as a person chose; empty: not looked at.",
                choices=Check.Weight.values,
            ),
            Column(
                "criteria",
                "references",
                "Keys of the criteria of citywide weight that are fulfilled.",
                refers="weight_criteria",
            ),
            Column("weight_reason", "text", "Why it is of citywide weight, or why not."),
            Column(
                "touches_no_goal", "boolean", "Whether a person found that no goal is touched.", required=True
            ),
            Column("no_goal_reason", "text", "Why no goal is touched, in one sentence."),
            Column(
                "measures", "references", "Ids of the measures that the matter implements.", refers="measures"
            ),
            Column(
                "districts", "references", "Ids of the places that the matter touches.", refers="districts"
            ),
            Column("paragraph", "text", "The paragraph for the paper; empty: made from the check."),
            Column("status", "choice", "Draft or frozen.", required=True, choices=Check.Status.values),
            Column("final_on", "date", "Day on which it was frozen."),
            Column(
                "answer_until",
                "date",
                "Until when the unit that leads the matter may answer to a conflict.",
                if_absent="",
            ),
            Column("answer", "text", "What that unit says to a conflict.", if_absent=""),
            Column("answered_on", "date", "Day on which it answered.", if_absent=""),
        ),
        check=check_checks,
    )
)
register_older("checks", read_former_checks)
register_older("council_rows", read_without_keys)
register_older("law on hearings", read_former_law)

_edition = Column("edition", "reference", "Key of the edition.", required=True, refers="editions")
_of_table = Column(
    "table",
    "text",
    "Table in which the item stands, such as goals, or fields for a field of action.",
    required=True,
)
_key = Column("key", "text", "Id of the item, or key of the field of action.", required=True)

register_table(
    Table(
        name="amendments",
        model_path="council.Amendment",
        note="Amendments (Maßgaben) with which a resolution adopted an edition. What they changed follows from the two archives.",
        order=92,
        key_columns=("edition", "table", "key"),
        scope="edition__concept",
        own_columns=(
            _edition,
            _of_table,
            _key,
            Column("text", "text", "The amendment in the words in which it was voted.", required=True),
        ),
    )
)
register_table(
    Table(
        name="deviations",
        model_path="council.Deviation",
        note="Why an adopted item reads otherwise since a day.",
        order=93,
        key_columns=("edition", "table", "key", "day"),
        scope="edition__concept",
        own_columns=(
            _edition,
            _of_table,
            _key,
            Column("day", "date", "Day since which it reads otherwise.", required=True),
            Column("nature", "choice", "Editorial, decided by a resolution, or part of the next edition.", required=True,
                   choices=Deviation.Nature.values),
            Column("reason", "text", "Why, in one sentence.", required=True),
            Column("resolution", "reference", "Id of the resolution that changed it.", refers="resolutions"),
        ),
        public=lambda rows: rows.filter(Q(resolution=None) | Q(resolution__item__visibility="public")),
        check=check_examples,
    )
)  # fmt: skip

register_table(
    Table(
        name="successions",
        model_path="council.Succession",
        note="What became of the items of the edition before (Verbleib). Of a draft it is not public.",
        order=94,
        key_columns=("edition", "table", "key"),
        scope="edition__concept",
        own_columns=(
            Column("edition", "reference", "Key of the edition that says it.", required=True, refers="editions"),
            _of_table,
            _key,
            Column("fate", "choice", "Kept, changed, merged, split, done or dropped.", required=True, choices=Succession.Fate.values),
            Column("reason", "text", "Why, in one sentence; only what is kept may do without."),
            Column("into", "text", "What follows it, as table:key, separated by blanks, such as goals:a36n8qqp."),
            Column("standing", "choice", "Whether it is real or an example.", required=True, choices=Standing.values),
        ),
        public=lambda rows: rows.exclude(edition__status="draft"),
        check=check_successions,
    )
)  # fmt: skip
