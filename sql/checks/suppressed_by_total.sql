-- check: 保密数不可由合计推出 | A total does not give a suppressed value back
-- kind: 强制性 must
-- severity: ERROR
-- explanation zh: 合计减去其余各项即得保密的数。再隐去一项（二级保密），或不发布合计。
-- explanation en: The whole less all other parts, or the sum of all parts, is the suppressed value. Suppress a second
--   cell, or withhold the whole.
-- reads: set_cells
WITH counted AS (
    SELECT
        set_id,
        COUNT(CASE WHEN is_needed THEN value END) AS given
    FROM set_cells
    WHERE relation = 'equals'
    GROUP BY set_id
    HAVING COUNT(*) - COUNT(value) = 1 AND BOOL_OR(is_whole)
)

SELECT
    h.indicator_id,
    h.area_code,
    h.sector_code,
    h.source_id,
    h.series_id,
    h.period,
    h.released_on,
    h.locator,
    h.snapshot_sha256,
    CONCAT(
        h.set_name, ': Q = ', CASE WHEN h.is_whole THEN 'Σ ' ELSE '1 − Σ ' END, CAST(c.given AS VARCHAR), '/',
        CAST(h.needed AS VARCHAR)
    ) AS said,
    NULL AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM set_cells AS h
INNER JOIN counted AS c ON h.set_id = c.set_id
WHERE h.value IS NULL AND c.given = h.needed - CASE WHEN h.is_needed THEN 1 ELSE 0 END
