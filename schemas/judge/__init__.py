"""The judge: pydantic's verdict on every row of a table, at the speed of columns where the model allows it.

`judge(table, Model)` accepts and refuses exactly the rows that `Model.model_validate` does, one by one, with the same
messages. By columns go models of scalars, enumerations, literals and annotated constraints whose own validators are
declared: `@pure` for one of a field, `@reads("a", "b")` for an `after` validator of the model. Any other model is
judged row by row, and `Judged.why` says what in it is outside. The judge knows no model of ours.
"""

from schemas.judge.judging import Judged, judge
from schemas.judge.verdicts import Batch, EmptyCell, Refusal, RefusedRow, Untabular, pure, reads

__all__ = ["Batch", "EmptyCell", "Judged", "Refusal", "RefusedRow", "Untabular", "judge", "pure", "reads"]
