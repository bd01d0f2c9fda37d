"""Where the `signoff` command begins: before anything else is loaded, so that Ctrl-C at once is no traceback."""

import sys


def main() -> None:
    """Load the command and run it."""
    try:
        from app import cli  # noqa: PLC0415 - loading takes long enough to be interrupted
    except KeyboardInterrupt:
        sys.exit(130)  # nothing had begun, so there is nothing to tell
    cli.main()


if __name__ == "__main__":
    main()
