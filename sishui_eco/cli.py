"""Words in, exit code out; the only place that knows today's date."""

from __future__ import annotations

import argparse
import getpass
import os
import platform
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any, NoReturn

from sishui_eco.errors import EcoError
from sishui_eco.zh import load_table, word

USAGE, INTERRUPTED = 2, 130
END_OF_DAY = time(23, 59)


class ChineseHelp(argparse.HelpFormatter):
    """Help text whose own words are Chinese too."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, word("help.usage", "cli") if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """An argument parser that tells usage, and wrong usage, in Chinese."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=ChineseHelp, add_help=False, **options)
        self.given = self.add_argument_group(word("help.given", "cli"))
        self.choices = self.add_argument_group(word("help.choices", "cli"))
        self.choices.add_argument("-h", "--help", action="help", help=word("help.help", "cli"))

    def error(self, message: str) -> NoReturn:
        """Say what is possible and leave with the code for wrong usage."""
        self.print_usage(sys.stderr)
        print(word("wrong_usage", "cli", verbs="、".join(self.verbs())), file=sys.stderr)
        sys.exit(USAGE)

    def verbs(self) -> list[str]:
        """Return the Chinese names of all verbs."""
        return [entry["alias"] for entry in load_table("cli")["verbs"].values()]


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of every verb, each with its Chinese alias."""
    words = load_table("cli")
    parser = Parser(prog=words["program"], description=words["about"], epilog=words["footer"])
    verbs = parser.add_subparsers(title=words["help"]["verbs"], dest="verb", required=True, metavar="VERB")
    for name, entry in words["verbs"].items():
        verb = verbs.add_parser(name, aliases=[entry["alias"]], help=f"{entry['alias']}：{entry['help']}")
        verb.set_defaults(verb=name)
        _add_arguments(verb, name, entry, words)
    return parser


def _add_arguments(verb: Parser, name: str, entry: dict[str, str], words: dict[str, str]) -> None:
    if name not in ("explain", "doctor"):
        verb.given.add_argument("folder", metavar="DIR", type=Path, help=words["folder_help"])
    if name == "init":
        verb.choices.add_argument("--sample", action="store_true", help=entry["sample"])
    if name in ("adopt", "doctor"):
        verb.given.add_argument("file", metavar="FILE", type=Path, help=entry["file"])
    if name == "doctor":
        verb.choices.add_argument("--task", type=Path, default=None, help=entry["task"])
    if name == "explain":
        verb.given.add_argument("code", metavar="CODE", help=entry["code"])
    if name == "sent":
        whom = verb.choices.add_mutually_exclusive_group(required=True)
        whom.add_argument("--unit", nargs="+", default=(), metavar="NAME", help=entry["unit"])
        whom.add_argument("--all", action="store_true", help=entry["all"])
        whom.add_argument("--ask", action="store_true", help=entry["ask"])
    if name in ("export", "public", "archive"):
        verb.choices.add_argument("--to", type=Path, required=True, help=entry["to"])
    if name not in ("explain", "adopt", "verify"):
        verb.choices.add_argument("--as-of", default="", metavar="DATE", help=words["as_of_help"])
    if name in ("collect", "letters", "export", "demo", "public", "archive"):
        verb.choices.add_argument("--workers", type=int, default=None, help=words["workers_help"])
    if name == "collect":
        verb.choices.add_argument("--cluster", default="", metavar="ADDRESS", help=words["cluster_help"])
        verb.choices.add_argument("--inbox-url", default="", metavar="URL", help=words["inbox_url_help"])


def moment_of(text: str, clock: Callable[[], datetime]) -> datetime:
    """Return the moment that stands for today: a date means the end of that day.

    Raises: EcoError when the text is no date.
    """
    if not text:
        return clock().replace(second=0, microsecond=0)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise EcoError("bad_date", value=text) from None
    return datetime.combine(moment.date(), END_OF_DAY) if len(text) <= len("2023-07-31") else moment


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit code; no traceback reaches a clerk."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    options = build_parser().parse_args(arguments)
    try:
        if options.verb == "collect":
            from sishui_eco.running.forking import begin_to_read

            begin_to_read(options.folder)
        from sishui_eco import verbs

        asked = getattr(options, "as_of", "")
        options.moment, options.by_clock = moment_of(asked, datetime.now), not asked
        options.who = f"{getpass.getuser()}@{platform.node()}"
        return int(getattr(verbs, f"run_{options.verb}")(options))
    except KeyboardInterrupt:
        print("\n" + word("interrupted", "errors"), file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("SISHUI_ECO_DEBUG") and not isinstance(error, EcoError | OSError):
            raise
        from sishui_eco.telling import sentence_of

        sentence, code = sentence_of(error)
        print(sentence, file=sys.stderr)
        return code


if __name__ == "__main__":
    sys.exit(main())
