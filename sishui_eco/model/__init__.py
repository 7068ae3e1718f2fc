"""Nouns: place, grid, arrival, submission, answer, finding, standing. They do nothing."""
