-- check: 保密数不可由累计推出 | Cumulative values do not give a suppressed value back
-- kind: 强制性 must
-- severity: ERROR
-- explanation zh: 本月、累计、上月累计三者知其二即得第三：保密的数可以推出。再隐去一个。
-- explanation en: Of a month, its cumulative value and the one before, two give the third: the suppressed value
--   follows. Suppress one more.
-- reads: observations, month_cells
WITH hidden AS (
    SELECT
        CASE known WHEN '=Q=' THEN month_series_id ELSE series_id END AS series_id,
        CASE known WHEN '==Q' THEN period_before ELSE period END AS period,
        period AS of_period
    FROM month_cells
    WHERE known IN ('Q==', '=Q=', '==Q')
)

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
    CONCAT(h.of_period, ': 本月 = 累计 − 上月累计, Q = 1/3') AS said,
    NULL AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM hidden AS h
INNER JOIN observations AS o ON h.series_id = o.series_id AND h.period = o.period
