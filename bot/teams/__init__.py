"""Microsoft Teams. The only place that knows the Bot Framework SDK (docs/decisions/0014)."""
