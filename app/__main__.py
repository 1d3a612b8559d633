"""`python -m app` is the same as `westphalia`."""

from app.cli import main

main()
