"""A folder, a mail, an archive -> arrivals; never trusting a name, a size or a type."""
