-- check: 占比等于分子除以分母 | A share is its numerator over its whole
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 公布占比与分子、分母相除之商不一致，超出三者的舍入。核对三个数的口径与时点，或说明原因。
-- explanation en: A published share is not the quotient of its numerator and its whole within the rounding of the
--   three. Check their scopes and dates, or explain.
-- reads: observations, indicators
WITH quotients AS (
    SELECT
        s.*,
        n.value AS part,
        w.value AS whole,
        (n.value - n.rounding_unit / 2) / (w.value + w.rounding_unit / 2) * 100 AS low,
        (n.value + n.rounding_unit / 2) / (w.value - w.rounding_unit / 2) * 100 AS high
    FROM observations AS s
    INNER JOIN indicators AS i ON s.indicator_id = i.indicator_id
    INNER JOIN indicators AS j ON i.numerator_id = j.indicator_id
    INNER JOIN observations AS n
        ON
            j.indicator_id = n.indicator_id
            AND s.area_code = n.area_code
            AND s.sector_code = n.sector_code
            AND s.source_id = n.source_id
            AND s.period_end = n.period_end
    INNER JOIN observations AS w
        ON
            j.part_of = w.indicator_id
            AND n.area_code = w.area_code
            AND n.sector_code = w.sector_code
            AND n.source_id = w.source_id
            AND n.period = w.period
            AND n.basis = w.basis
            AND n.price_basis = w.price_basis
    WHERE
        s.measure = 'level'
        AND n.measure = 'level'
        AND w.measure = 'level'
        AND s.qualifier = 'exact'
        AND n.qualifier = 'exact'
        AND w.qualifier = 'exact'
        AND w.value > 0
)

SELECT
    indicator_id,
    area_code,
    sector_code,
    source_id,
    series_id,
    period,
    released_on,
    locator,
    snapshot_sha256,
    CONCAT(
        CAST(value AS VARCHAR), ' % ≠ ', CAST(part AS VARCHAR), ' ÷ ', CAST(whole AS VARCHAR), ' = ',
        CAST(CAST(CAST(part AS DOUBLE) / CAST(whole AS DOUBLE) * 100 AS DECIMAL(18, 2)) AS VARCHAR), ' %'
    ) AS said,
    CAST(value - CAST(part AS DOUBLE) / CAST(whole AS DOUBLE) * 100 AS DECIMAL(18, 4)) AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM quotients
WHERE value - rounding_unit / 2 > high OR value + rounding_unit / 2 < low
