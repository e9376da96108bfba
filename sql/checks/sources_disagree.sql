-- check: 来源不一致 | Two sources agree
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 两个来源对同一事项的数不一致，超出舍入；引用优先级在前的。核对两处口径，或说明原因。
-- explanation en: Two sources give different values of one thing, by more than rounding; the one first in precedence is
--   quoted. Compare their scopes, or explain.
-- reads: conflicts, observations, codes
SELECT
    o.indicator_id,
    o.area_code,
    o.sector_code,
    o.source_id,
    o.series_id,
    o.period,
    o.released_on,
    o.locator,
    o.snapshot_sha256,
    CONCAT(c.other_said, ' ≠ ', c.said, ' (', c.source_id, ')') AS said,
    c.other_value - c.value AS difference,
    CASE WHEN c.reason <> 'SOURCE_MISMATCH' THEN r.zh END AS explained_zh,
    CASE WHEN c.reason <> 'SOURCE_MISMATCH' THEN r.en END AS explained_en
FROM conflicts AS c
INNER JOIN codes AS r ON r.list_name = 'ConflictReason' AND c.reason = r.code
INNER JOIN observations AS o
    ON
        c.other_series_id = o.series_id
        AND CASE WHEN c.other_is_implied THEN CAST(o.period_end - INTERVAL '1' YEAR AS DATE) ELSE o.period_end END
        = c.period_end
