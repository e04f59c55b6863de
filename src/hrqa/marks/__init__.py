"""Marks that the writer of a Vietnamese question left out, put back."""
