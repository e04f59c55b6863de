"""Tests of hrqa as its callers meet it: index, command line, HTTP service, evaluation."""
