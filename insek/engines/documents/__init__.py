"""Documents: the text of a PDF, Word or OpenDocument file by page, as headings, paragraphs, list items and rows. No Django.

A file is read in a process of its own (`reading.py` starts it, `worker.py` is it), so that what breaks is that process. From the
text follow proposals for a tree of items (`outline.py`), made of the words of the document alone. How, and how well:
docs/methods/documents.md.
"""
