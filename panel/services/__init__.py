"""The writes: nothing else changes a row that a screen shows, and nothing else pushes."""
