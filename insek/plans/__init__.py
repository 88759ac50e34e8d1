"""Plans (Planwerke): the plans and concepts that already apply, how current, how strong and how binding each is."""
