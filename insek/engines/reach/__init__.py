"""How far it is on foot or by bicycle: a network of ways, the nearest facility of every place, and how many are within reach.

``network`` builds the network, ``distances`` measures on it, ``people`` spreads inhabitants over houses and sums who reaches what.
Metres throughout, in a plane reference system such as EPSG:25832. The method and its limits: ``docs/methods/reachability.md``.
"""
