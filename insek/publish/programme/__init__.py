"""One funded programme (Gesamtmaßnahme): its overview of costs and financing and its monitoring, as page, PDF, Word and XLSX."""
