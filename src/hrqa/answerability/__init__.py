"""Do the first passages hold the answer? What is measured, and the probability made of it."""
