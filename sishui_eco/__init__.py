"""Send out Excel forms, read what comes back, check it, merge it, and chase the rest."""

__version__ = "0.1.0"
