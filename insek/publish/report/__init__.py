"""The concept on paper: what is visible is gathered as plain blocks and set as PDF or Word."""
