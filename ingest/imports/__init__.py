"""Events that others coded, for comparison: GDELT 2.0 and POLECAT."""
