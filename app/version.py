"""The version of the installed distribution."""

from importlib.metadata import PackageNotFoundError, version


def app_version() -> str:
    """As pyproject.toml says; "0+source" where the code runs without being installed."""
    try:
        return version("westphalia")
    except PackageNotFoundError:
        return "0+source"
