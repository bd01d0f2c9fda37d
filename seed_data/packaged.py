"""Data files inside installed packages, found without importing the package."""

from importlib.metadata import files


def read(package: str, name: str) -> bytes:
    """Read a data file that a package ships.

    Raises:
        FileNotFoundError: the package is not installed with that file; install the extra `demo`.
    """
    for path in files(package) or ():
        if path.name == name:
            return path.read_binary()
    raise FileNotFoundError(f"{package} does not ship {name}; install signoff[demo].")
