-- check: 同比异动 | Growth is not out of all proportion
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 同比超过阈值，又超过该序列自身平均波动的若干倍，且无公布增速印证。核对原文，或说明原因。
-- explanation en: Growth is beyond the threshold and beyond a multiple of the series' own usual growth, and no
--   published rate says the same. Compare with the publication, or explain. Falls of stocks are the business of
--   definition_changed.
-- reads: growth, observations, parameters
WITH own AS (
    SELECT *
    FROM growth
    WHERE comparison = 'yoy' AND unit = '%' AND growth_computed IS NOT NULL
),

usual AS (
    SELECT
        series_id,
        SUM(ABS(growth_computed)) AS total,
        COUNT(*) AS rates
    FROM own
    GROUP BY series_id
),

rates AS (
    SELECT
        g.*,
        u.total - ABS(g.growth_computed) AS others_total,
        u.rates - 1 AS others
    FROM own AS g
    INNER JOIN usual AS u ON g.series_id = u.series_id
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
    CONCAT(
        CAST(r.value AS VARCHAR), ' ÷ ', CAST(r.base_value AS VARCHAR), ' (', r.base_period, ') → ',
        CAST(CAST(r.growth_computed AS DECIMAL(18, 1)) AS VARCHAR), ' %, 平常 usual ± ',
        COALESCE(CAST(CAST(ROUND(r.others_total / NULLIF(r.others, 0), 1) AS DECIMAL(18, 1)) AS VARCHAR), '?'), ' %'
    ) AS said,
    r.value - r.base_value AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM rates AS r
INNER JOIN observations AS o ON r.series_id = o.series_id AND r.period = o.period
CROSS JOIN parameters AS p
WHERE
    (r.growth_computed > p.jump_up OR (r.growth_computed < p.jump_down AND o.basis <> 'end'))
    AND COALESCE(r.growth_published BETWEEN p.jump_down AND p.jump_up, TRUE)
    AND ABS(r.growth_computed) * r.others > p.jump_times * r.others_total
