"""Small counts: refused, or kept for those who may see them and hidden from everybody else. The method: ``docs/methods/secrecy.md``."""
