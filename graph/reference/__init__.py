"""Curated data as TOML, and its one loader. Facts only; each file names sources and licence."""

from graph.reference.loader import load_reference
from graph.reference.types import Reference

__all__ = ["Reference", "load_reference"]
