"""What a machine proposes: shown, measured, accepted, changed or refused by a person, and never public before that."""
