"""How the public pages are kept in a concept package."""

from insek.concept.models import Standing
from insek.package import Column, Table, TextFile, register_table

register_table(
    Table(
        name="public_pages",
        model_path="duties.PublicPage",
        note="Pages a public body must have: accessibility, imprint, privacy, easy language.",
        order=95,
        own_columns=(
            Column(
                "key",
                "key",
                "Short name: barrierefreiheit, impressum, datenschutz, leichte-sprache.",
                required=True,
            ),
            Column("title", "text", "Heading of the page.", required=True),
            Column("title_en", "text", "The same in English.", if_absent=""),
            Column("date", "date", "Day on which the text was last looked over."),
            Column(
                "standing", "choice", "How far it can be relied on.", required=True, choices=Standing.values
            ),
        ),
        texts=(
            TextFile("text", "texts/pages/{key}.md", "What the page says, in Markdown."),
            TextFile("text_en", "texts/pages/{key}.en.md", "The same in English."),
        ),
    )
)
