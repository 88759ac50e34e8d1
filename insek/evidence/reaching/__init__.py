"""How far it is: analyses of reachability that are kept, computed in a job and shown by district (docs/methods/reachability.md)."""
