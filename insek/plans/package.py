"""How plans and their appraisals are kept in a concept package."""

from insek.package import Column, Table, register_table

from .models import Bindingness, Plan, PlanAppraisal, PlanStatement

register_table(
    Table(
        name="plans",
        model_path="plans.Plan",
        kind="plan",
        note="Plans, concepts and reports that the city already has or is working on (Planwerke).",
        order=25,
        in_edition="context",
        own_columns=(
            Column("type", "choice", "What sort of plan it is.", required=True, choices=Plan.Type.values),
            Column("status", "choice", "Whether it is in force.", required=True, choices=Plan.Status.values),
            Column("year", "integer", "Year of the plan."),
            Column("decision_date", "moment", "Day, month or year of the decision or presentation."),
            Column("decision_body", "text", "Body that decided or took note."),
            Column("horizon_year", "integer", "Year to which it looks."),
            Column("area", "text", "Where it applies."),
            Column("aims", "text", "What it wants, one aim a line."),
            Column("document_url", "url", "Address of the document."),
        ),
    )
)
register_table(
    Table(
        name="plan_appraisals",
        model_path="plans.PlanAppraisal",
        note="What the plans are worth today, each in its last appraisal; earlier ones are not written.",
        order=26,
        key_columns=("plan",),
        scope="plan__item__concept",
        own_columns=(
            Column("plan", "reference", "Id of the plan.", required=True, refers="plans"),
            Column("currency", "integer", "How current it is (Aktualität), 0 to 100.", required=True),
            Column("currency_reason", "text", "One sentence why.", required=True),
            Column("substance", "integer", "How much it says that one can act on (Aussagekraft), 0 to 100.", required=True),
            Column("substance_reason", "text", "One sentence why.", required=True),
            Column(
                "bindingness", "choice", "How it binds (Bindungswirkung), a class.", required=True,
                choices=Bindingness.values,
            ),
            Column("bindingness_reason", "text", "What the class rests on."),
            Column(
                "implementation", "choice", "How far its own measures got (Umsetzungsstand).", required=True,
                choices=PlanAppraisal.Implementation.values,
            ),
            Column("implementation_reason", "text", "What that rests on."),
            Column("consulted", "text", "Which units were asked before it became public, and what came of it.", if_absent=""),
            Column("appraised_on", "date", "Day of the appraisal.", required=True),
            Column("appraised_by", "text", "Office or practice that appraised; never a person."),
            Column(
                "standing", "choice", "Whether the appraisal is working text or an example.", required=True,
                choices=PlanAppraisal.Standing.values,
            ),
        ),
        select=lambda rows: rows.filter(superseded_by=None),
    )
)  # fmt: skip
register_table(
    Table(
        name="plan_overview_texts",
        model_path="plans.OverviewText",
        note="What a person wrote in the place of the drafted appraisal of all plans together.",
        order=29,
        select=lambda rows: rows.exclude(text=""),
        own_columns=(
            Column("key", "key", "Always planwerke.", required=True),
            Column("text", "text", "The appraisal in words, in Markdown.", required=True),
            Column("facts_key", "text", "Stands for the facts it was written after."),
            Column("written_on", "date", "Day on which it was written.", required=True),
            Column("written_by", "text", "Office or practice that wrote it; never a person."),
        ),
    )
)
register_table(
    Table(
        name="plan_statements",
        model_path="plans.PlanStatement",
        kind="plan_statement",
        note="What the plans say sentence by sentence (Kernaussagen), word for word with document and page.",
        order=26,
        in_edition="context",
        own_columns=(
            Column("plan", "reference", "Id of the plan that says it.", refers="plans"),
            Column("type", "choice", "Goal, measure, finding, commitment or prohibition.", required=True, choices=PlanStatement.Type.values),
            Column("marking", "choice", "Its legal marking: goal or principle of regional planning, goal in preparation, paragraph of a statute.",
                   choices=[value for value in PlanStatement.Marking.values if value]),
            Column("marked_as", "text", "The marking as it stands there, such as Z 31."),
            Column("firmness", "choice", "How firm it is worded; binds nobody by itself.", required=True, choices=PlanStatement.Firmness.values),
            Column("target_year", "integer", "Year until which, or in which."),
            Column("bound", "choice", "Whether the number is a least, a most, about, a change, or what something shall come from or to.",
                   choices=[value for value in PlanStatement.Bound.values if value]),
            Column("amount", "decimal", "How much."),
            Column("amount_unit", "text", "Of what."),
            Column("who", "text", "Who is to do it, as the plan says."),
        ),
    )
)  # fmt: skip
register_table(
    Table(
        name="plan_rubric",
        model_path="plans.RubricValue",
        note="Numbers of the rubric of appraisals that the city sets otherwise than usual.",
        order=8,
        in_edition="context",
        own_columns=(
            Column("key", "key", "Which number, as docs/methods/appraisal.md names it.", required=True),
            Column("value", "integer", "What is set.", required=True),
            Column("reason", "text", "Why.", required=True),
        ),
    )
)
