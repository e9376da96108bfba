-- check: 保密数不可由累计推出 | Cumulative values do not give a suppressed value back
-- kind: 强制性 must
-- severity: ERROR
-- explanation zh: 本月、累计、上月累计三者知其二即得第三：保密的数可以推出。再隐去一个。
-- explanation en: Of a month, its cumulative value and the one before, two give the third: the suppressed value
--   follows. Suppress one more.
-- reads: observations
WITH flows AS (
    SELECT
        *,
        EXTRACT(MONTH FROM period_end) AS month,
        CASE WHEN value IS NULL THEN 1 ELSE 0 END AS hidden
    FROM observations
    WHERE
        measure = 'level'
        AND frequency = 'M'
        AND basis IN ('period', 'cumulative')
        AND ((value IS NOT NULL AND qualifier = 'exact') OR obs_status = 'Q')
),

threes AS (
    SELECT
        CASE WHEN t.hidden = 1 THEN t.series_id WHEN p.hidden = 1 THEN p.series_id ELSE b.series_id END AS series_id,
        CASE WHEN t.hidden = 1 THEN t.period WHEN p.hidden = 1 THEN p.period ELSE b.period END AS period,
        t.period AS of_period
    FROM flows AS t
    INNER JOIN flows AS p
        ON
            t.indicator_id = p.indicator_id
            AND t.area_code = p.area_code
            AND t.sector_code = p.sector_code
            AND t.source_id = p.source_id
            AND t.price_basis = p.price_basis
            AND t.definition_id = p.definition_id
            AND t.period = p.period
    LEFT JOIN flows AS b
        ON t.series_id = b.series_id AND LAST_DAY(CAST(t.period_end - INTERVAL '1' MONTH AS DATE)) = b.period_end
    WHERE
        t.basis = 'cumulative'
        AND p.basis = 'period'
        AND (b.series_id IS NOT NULL OR t.month = 1)
        AND t.hidden + p.hidden + CASE WHEN t.month = 1 THEN 0 ELSE b.hidden END = 1
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
    CONCAT(x.of_period, ': 本月 = 累计 − 上月累计, Q = 1/3') AS said,
    NULL AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM threes AS x
INNER JOIN observations AS h ON x.series_id = h.series_id AND x.period = h.period
