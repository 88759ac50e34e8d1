"""What the public interface leaves out of contributions: how they were checked is of no concern to the public."""

from insek.web.api import hide_columns

hide_columns("contribution", "checked")
