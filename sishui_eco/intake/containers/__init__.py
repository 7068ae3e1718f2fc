"""One module a kind of container: its bytes -> its members, under limits."""
