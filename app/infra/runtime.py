"""How a serving process treats its own memory."""

import gc

ALLOCATIONS_BETWEEN_LOOKS = 100_000
"""New objects before the collector looks for cycles among the youngest; Python's own figure is 700 or 2,000."""


def settle_memory() -> None:
    """Set the collector of reference cycles to the work of this service; called once, when everything is loaded.

    A view builds tens of thousands of small values that refer to each other in no circle and all live until the answer
    is sent. The collector would walk through all of them again and again: in a summary of 10,000 records that took half
    of the time. What was loaded at the start is never looked at again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS_BETWEEN_LOOKS, 50, 100)
