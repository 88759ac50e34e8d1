"""How plans and their appraisals are kept in a concept package."""

from insek.package import Column, Table, register_table

from .models import Bindingness, Plan, PlanAppraisal

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
