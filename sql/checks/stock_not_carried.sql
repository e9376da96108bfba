-- check: 期末等于上期末加净增 | A stock is the one before plus what was added
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 期末数减上期末数与公布的净增不符，超出舍入。核对三个数的口径与时点，或说明原因。
-- explanation en: A stock less the one before is not the net addition published, by more than rounding. Check scope and
--   dates of the three, or explain.
-- reads: growth, observations
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
    CONCAT(
        '期末 ', CAST(o.value AS VARCHAR), ' ≠ ', g.base_period, ' ', CAST(g.base_value AS VARCHAR), ' + 净增 ',
        CAST(g.growth_published AS VARCHAR), ' ', o.unit
    ) AS said,
    o.value - g.base_value - g.growth_published AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM growth AS g
INNER JOIN observations AS o ON g.series_id = o.series_id AND g.period = o.period
WHERE g.agreement = 'UNEXPLAINED' AND g.comparison = 'net_addition'
