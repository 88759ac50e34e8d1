"""How a city begins: the guide from an empty installation to a frame that can be filled."""
