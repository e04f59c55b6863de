"""What decides an outcome beside index and questions, so that it can be had again."""

import subprocess
from pathlib import Path

from hrqa import __version__
from hrqa.evaluation.measuring import SEED
from hrqa.evaluation.outcomes import Conditions
from hrqa.settings import Settings

SETTINGS = (
    *("query_adapter", "restore_marks", "mend_spelling", "candidates", "token_candidates"),
    *("cross_encoder", "pair_candidates"),
)
"""Settings on which an answer depends, beside those that made the index."""

_SOURCE = Path(__file__).resolve().parent


def conditions_of(
    settings: Settings,
    *,
    source: tuple[tuple[str, str], ...],
    system: str,
    depth: int,
    measures: tuple[str, ...],
) -> Conditions:
    """The conditions of an evaluation.

    Args:
        settings: All that can be set.
        source: What names the questions.
        system: Which system is asked.
        depth: Results looked at.
        measures: Names of the measures.
    """
    return Conditions(
        system=system,
        version=__version__,
        commit=_commit(),
        depth=depth,
        measures=measures,
        seed=SEED,
        source=source,
        settings=tuple((name, str(getattr(settings, name))) for name in SETTINGS),
    )


def _commit() -> str | None:
    """Commit of the source, with ``+`` where it was changed since; None where there is no git."""
    try:
        done = subprocess.run(
            ["git", "-C", str(_SOURCE), "describe", "--always", "--abbrev=40", "--dirty=+"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
