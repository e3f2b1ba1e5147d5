"""Glue: what binds the parts to one another and to the environment they run in."""
