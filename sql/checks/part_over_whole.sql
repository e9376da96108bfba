-- check: 其中项不大于总项 | A part is no greater than its whole
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: “其中”项大于总项，超出舍入。核对两项的时期、口径与单位，或说明原因。
-- explanation en: A part exceeds, by more than rounding, the whole that it is part of in the same source. Check period,
--   scope and unit of both, or explain.
-- reads: observations, indicators
SELECT
    p.indicator_id,
    p.area_code,
    p.sector_code,
    p.source_id,
    p.series_id,
    p.period,
    p.released_on,
    p.locator,
    p.snapshot_sha256,
    CONCAT(
        p.indicator_id, ' ', CAST(p.value AS VARCHAR), ' > ', w.indicator_id, ' ', CAST(w.value AS VARCHAR), ' ', p.unit
    ) AS said,
    p.value - w.value AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM observations AS p
INNER JOIN indicators AS i ON p.indicator_id = i.indicator_id
INNER JOIN observations AS w
    ON
        i.part_of = w.indicator_id
        AND p.area_code = w.area_code
        AND p.sector_code = w.sector_code
        AND p.source_id = w.source_id
        AND p.basis = w.basis
        AND p.measure = w.measure
        AND p.price_basis = w.price_basis
        AND p.period = w.period
WHERE
    p.measure = 'level'
    AND p.qualifier IN ('exact', 'at_least')
    AND w.qualifier IN ('exact', 'at_most')
    AND NOT i.can_be_negative
    AND (p.value - w.value) * 2 > p.rounding_unit + w.rounding_unit
