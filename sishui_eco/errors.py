"""Our own faults, as exceptions; faults of a submission are findings, never these.

EcoError                    base: carries a key of `zh/errors.toml` and its parameters
├── SettingsError     (3)   the settings workbook contradicts itself; holds every fault at once
├── TaskFolderError   (4)   the folder is not a task folder, or a part of it is missing
├── EmptyInboxError   (5)   nothing to collect
├── OutputBusyError   (6)   an output file or folder is held open by another program
├── StorageError      (7)   disk full, read-only, or no permission
├── AlreadyRunningError (8) another run holds the ledger
├── LedgerError       (9)   the ledger is damaged or was tampered with
├── ConservationError (10)  rows in and rows out do not balance; nothing is published
├── FormLearningError (11)  an official blank could not be learned without guessing
└── ClusterError      (12)  the cluster cannot be reached, was lost, or runs other code

The number is the exit code of the command line.
"""

from __future__ import annotations


class EcoError(Exception):
    """A fault of ours. `key` names the Chinese sentence in `zh/errors.toml`."""

    exit_code = 20

    def __init__(self, key: str, **parameters: object) -> None:
        super().__init__(f"{key}: {parameters}")
        self.key = key
        self.parameters = parameters


class SettingsError(EcoError):
    """The settings workbook cannot be used; `faults` holds every fault by sheet and cell."""

    exit_code = 3

    def __init__(self, key: str, faults: tuple[str, ...] = (), **parameters: object) -> None:
        super().__init__(key, **parameters)
        self.faults = faults


class TaskFolderError(EcoError):
    exit_code = 4


class EmptyInboxError(EcoError):
    exit_code = 5


class OutputBusyError(EcoError):
    exit_code = 6


class StorageError(EcoError):
    exit_code = 7


class AlreadyRunningError(EcoError):
    exit_code = 8


class LedgerError(EcoError):
    exit_code = 9


class ConservationError(EcoError):
    exit_code = 10


class FormLearningError(EcoError):
    exit_code = 11


class ClusterError(EcoError):
    exit_code = 12
