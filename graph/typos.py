"""How many slips part two words: a letter too many, too few, wrong, or two swapped.

Damerau's distance with adjacent swaps (optimal string alignment), cut off where it gets too large.
Imports nothing of ours.
"""


def distance(one: str, other: str, most: int) -> int | None:
    """Return the number of slips between two words, or None if there are more than `most`."""
    if one == other:
        return 0
    if most == 0 or abs(len(one) - len(other)) > most:
        return None
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, against in enumerate(other, 1):
            cost = min(
                above[column] + 1,
                current[column - 1] + 1,
                above[column - 1] + (letter != against),
            )
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return None
        before, above = above, current
    return above[-1] if above[-1] <= most else None
