"""The pages: each parses, asks a selector, answers."""
