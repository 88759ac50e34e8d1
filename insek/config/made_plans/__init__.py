"""Plans of an invented city, made by code from a fixed seed, with what stands in them: for measuring, tests and the demo.

Every page says that it is an example. The sentences were written by a language model that knew the program; so they show
whether a document is *read* well, and much less whether a sentence is judged well (docs/methods/statements.md).
"""
