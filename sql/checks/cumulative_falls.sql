-- check: 累计不下降 | A cumulative value does not fall
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 累计数小于上月累计，超出舍入：以前月份被下调，或填错。核对，或说明修订。
-- explanation en: A cumulative value is less than that of the month before by more than rounding: earlier months were
--   revised down, or it is wrong. Check, or explain the revision.
-- reads: months, observations
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
    CONCAT('累计 ', CAST(t.value AS VARCHAR), ' < 上月累计 ', CAST(b.value AS VARCHAR), ' ', t.unit) AS said,
    t.value - b.value AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM months AS m
INNER JOIN observations AS t ON m.series_id = t.series_id AND m.period = t.period
INNER JOIN observations AS b
    ON
        m.series_id = b.series_id
        AND LAST_DAY(CAST(t.period_end - INTERVAL '1' MONTH AS DATE)) = b.period_end
WHERE
    m.difference_reason = 'NEGATIVE_DIFFERENCE'
    AND (b.value - t.value) * 2 > t.rounding_unit + b.rounding_unit
