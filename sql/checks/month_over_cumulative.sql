-- check: 累计不小于本月 | A cumulative value is no less than its month
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 本月数大于自年初累计数，超出舍入。核对是否本月与累计填反或单位不同，或说明原因。
-- explanation en: The month exceeds the cumulative value up to it by more than rounding. Check whether the two were
--   exchanged or bear different units, or explain.
-- reads: month_cells
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
    CONCAT('累计 ', CAST(value AS VARCHAR), ' < 本月 ', CAST(month_value AS VARCHAR), ' ', unit) AS said,
    value - month_value AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM month_cells
WHERE
    qualifier IN ('exact', 'at_most')
    AND month_qualifier IN ('exact', 'at_least')
    AND NOT can_be_negative
    AND (month_value - value) * 2 > month_rounding_unit + rounding_unit
