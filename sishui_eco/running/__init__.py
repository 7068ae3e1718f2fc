"""How a run lives on a machine: the task folder, worker processes, staging and publishing."""
