"""The kinds of names, in plain words: the process that reads base maps knows no database."""

STREET, SQUARE, STATION, STOP, PART, PLACE = "street", "square", "station", "stop", "part", "place"
