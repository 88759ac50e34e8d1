"""Places (Räume): the city and its districts, with validity dates and geometry."""
