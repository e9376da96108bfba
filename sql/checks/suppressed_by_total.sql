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
        at_indicator,
        at_area,
        sector_code,
        source_id,
        basis,
        price_basis,
        at_definition,
        period,
        SUM(CASE WHEN value IS NULL THEN 1 ELSE 0 END) AS hidden,
        SUM(CASE WHEN is_whole AND value IS NOT NULL THEN 1 ELSE 0 END) AS wholes,
        SUM(CASE WHEN is_needed AND value IS NOT NULL THEN 1 ELSE 0 END) AS given
    FROM set_cells
    WHERE relation = 'equals'
    GROUP BY
        set_id, at_indicator, at_area, sector_code, source_id, basis, price_basis, at_definition, period
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
        h.set_id, ': Q = ', CASE WHEN h.is_whole THEN 'Σ ' ELSE '1 − Σ ' END, CAST(c.given AS VARCHAR), '/',
        CAST(h.needed AS VARCHAR)
    ) AS said,
    NULL AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM set_cells AS h
INNER JOIN counted AS c
    ON
        h.set_id = c.set_id
        AND h.at_indicator = c.at_indicator
        AND h.at_area = c.at_area
        AND h.sector_code = c.sector_code
        AND h.source_id = c.source_id
        AND h.basis = c.basis
        AND h.price_basis = c.price_basis
        AND h.at_definition = c.at_definition
        AND h.period = c.period
WHERE
    h.value IS NULL
    AND c.hidden = 1
    AND (h.is_whole OR c.wholes = 1)
    AND c.given = h.needed - CASE WHEN h.is_needed THEN 1 ELSE 0 END
