"""Typesetting: a document of plain blocks becomes a PDF (typst) or a Word file. No Django, no database.

A document is JSON: ``title, subtitle, city, lang, state, date, working, notice, words, cover, chapters``.
A chapter is ``{id, title, lead, blocks}``; blocks are dicts with a ``type``, made by ``blocks.py``. Texts are data all
the way: typst reads them by ``sys.inputs`` and never as its own language.
"""
