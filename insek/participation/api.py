"""What the public interface leaves out of contributions: how they were checked is of no concern to the public."""

from insek.web.api import leave_out

leave_out("contribution", "checked")
