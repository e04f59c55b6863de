"""What all commands of the command line have alike."""

import argparse
from collections.abc import Callable


def add_command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], int],
    summary: str,
    epilog: str | None = None,
) -> argparse.ArgumentParser:
    """Add a command.

    Args:
        commands: Those of the command line, or of a group such as ``hrqa keys``.
        name: What one types.
        run: Does it; gives the exit status.
        summary: What it does, in a few words.
        epilog: What its help ends with, printed as it is.
    """
    command = commands.add_parser(
        name,
        help=summary,
        description=f"{summary.capitalize()}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    return command


def add_format_option(command: argparse.ArgumentParser) -> None:
    """Let a command answer in text or in JSON."""
    command.add_argument("--format", choices=("text", "json"), default="text", help="default text")
