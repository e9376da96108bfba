-- check: 累计不小于本月 | A cumulative value is no less than its month
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 本月数大于自年初累计数，超出舍入。核对是否本月与累计填反或单位不同，或说明原因。
-- explanation en: The month exceeds the cumulative value up to it by more than rounding. Check whether the two were
--   exchanged or bear different units, or explain.
-- reads: months, observations, indicators
SELECT
    t.indicator_id,
    t.area_code,
    t.sector_code,
    t.source_id,
    t.series_id,
    t.period,
    t.released_on,
    t.locator,
    t.snapshot_sha256,
    CONCAT('累计 ', CAST(t.value AS VARCHAR), ' < 本月 ', CAST(p.value AS VARCHAR), ' ', t.unit) AS said,
    t.value - p.value AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM months AS m
INNER JOIN indicators AS i ON m.indicator_id = i.indicator_id
INNER JOIN observations AS t ON m.series_id = t.series_id AND m.period = t.period
INNER JOIN observations AS p
    ON
        t.indicator_id = p.indicator_id
        AND t.area_code = p.area_code
        AND t.sector_code = p.sector_code
        AND t.source_id = p.source_id
        AND t.measure = p.measure
        AND t.price_basis = p.price_basis
        AND t.definition_id = p.definition_id
        AND t.period = p.period
WHERE
    p.basis = 'period'
    AND t.qualifier IN ('exact', 'at_most')
    AND p.qualifier IN ('exact', 'at_least')
    AND NOT i.can_be_negative
    AND (p.value - t.value) * 2 > p.rounding_unit + t.rounding_unit
