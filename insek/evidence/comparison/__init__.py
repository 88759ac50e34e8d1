"""What other cities, the state and the country have: a set of areas that is data, with their values."""
