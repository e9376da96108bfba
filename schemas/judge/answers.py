"""What is known of a column's cells: typed values, which are proven, and which row has which."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from schemas.judge.arrays import Ints, Mask, taken


@dataclass(frozen=True)
class Answers:
    """Typed cells, which of them are proven, and the values as the model holds them.

    Where `index` is not null the cells are distinct, and it says which each row has; `keys` are then their texts.
    """

    typed: Any
    proven: Mask
    python: Callable[[Ints], list[Any]]
    index: npt.NDArray[Any] | None = None
    keys: list[str] | None = None

    @property
    def size(self) -> int:
        """How many distinct cells there are."""
        return len(self.proven)

    def proven_rows(self) -> Mask:
        """Which rows are proven."""
        rows: Mask = self.proven if self.index is None else self.proven[self.index]
        return rows

    def of_rows(self, rows: Ints | None) -> Any:
        """The typed cells of some rows, or of all."""
        if self.index is None:
            return self.typed if rows is None else taken(self.typed, rows)
        return taken(self.typed, self.index if rows is None else self.index[rows])
