"""What persons did about what waited for them: the records of reviews, and the table made of them."""

import datetime as dt
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict

from schemas import codes
from schemas.columns import Column, Count, Table, TableInfo


class ReviewRecord(BaseModel):
    """One line of the log of reviews, only ever added to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: dt.datetime
    by: str
    item_id: str
    kind: codes.ReviewKind
    about: str
    action: codes.ReviewAction
    sha256: str | None = None
    source_id: str | None = None
    released_on: dt.date | None = None
    assigned_to: str | None = None
    reason: str | None = None


class Review(Table):
    """What a person did about an item that waited; grain: number."""

    info: ClassVar[TableInfo] = TableInfo(
        "reviews",
        "处理记录：何人何时如何处理待办",
        "what persons did about what waited for them, in the order in which they did it",
        ("review_number",),
    )
    review_number: Annotated[Count, Column("序号", "place in the log, from 1")]
    reviewed_at: Annotated[dt.datetime, Column("时间：UTC", "when, UTC")]
    reviewed_by: Annotated[str, Column("处理人", "who did it")]
    item_id: Annotated[str, Column("待办代码", "the item")]
    kind: Annotated[codes.ReviewKind, Column("类别", "what kind of thing waited")]
    about: Annotated[str, Column("所指", "file, source or finding that the item is about")]
    action: Annotated[codes.ReviewAction, Column("处理", "what was done")]
    source_id: Annotated[str | None, Column("认领来源", "of an accepted file: the source that it is taken as")]
    released_on: Annotated[dt.date | None, Column("发布日期", "of an accepted file: when it was given out, if said")]
    assigned_to: Annotated[str | None, Column("指派给", "who is to see to it")]
    reason: Annotated[str | None, Column("理由", "why it was refused")]
