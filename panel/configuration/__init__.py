"""The whole configuration as one JSON file: `docs/configuration.md` describes it for its readers."""
