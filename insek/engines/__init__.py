"""Pure algorithms without Django: they take and return arrays, dataclasses and plain values."""
