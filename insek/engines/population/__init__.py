"""Population ahead in time: cohorts by age and sex, fitted to what a city knows, with the uncertainty of its own past.

``ages`` cuts ages into groups, ``splitting`` takes groups apart into single years, ``schedules`` holds model schedules of
mortality, fertility and migration, ``fitting`` estimates rates and their scatter from past years, ``cohorts`` projects the
middle path, ``draws`` the uncertainty around it, ``housing`` what dwellings follow. The method, its sources and limits:
``docs/methods/population.md``.
"""
