"""Scenarios: assumptions about the people of the city ahead in time, what follows from them, and how sure that is.

A scenario is an item with its reasons; ``inputs`` gathers what is known, ``runs`` computes in a job, ``shown`` makes the page's
figures, charts and tables of a result, ``publishing`` makes values of it. The method: ``docs/methods/population.md``.
"""
