-- check: 疑似口径变更 | A stock does not fall without a declared break
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 存量一年内降幅超过阈值（累计数则任何下降），且未登记口径中断：可能换了定义（如5G套餐用户与5G终端用户）。登记中断或分列定义，或说明原因。
-- explanation en: A stock falls within a year by more than the threshold, or a count since the beginning at all, and no
--   break is declared: the definition may have changed (5G packages, 5G terminals). Declare it, or explain.
-- reads: neighbours, parameters, series_breaks
WITH fallen AS (
    SELECT
        n.*,
        CASE WHEN n.nature = 'stock' THEN 1 - p.stock_fall / 100 ELSE 1 END AS least_left
    FROM neighbours AS n
    CROSS JOIN parameters AS p
    WHERE
        n.measure = 'level'
        AND n.nature IN ('stock', 'cumulative_count')
        AND n.obs_status NOT IN ('B', 'D')
        AND n.period_end <= n.period_end_before + INTERVAL '1' YEAR + INTERVAL '1' DAY
),

declared AS (
    SELECT DISTINCT
        f.series_id,
        f.period
    FROM fallen AS f
    INNER JOIN series_breaks AS k
        ON
            f.source_id = k.source_id
            AND f.indicator_id = k.indicator_id
            AND COALESCE(k.area_code, f.area_code) = f.area_code
            AND f.period_end_before < k.period_from
            AND f.period_end >= k.period_from
)

SELECT
    f.indicator_id,
    f.area_code,
    f.sector_code,
    f.source_id,
    f.series_id,
    f.period,
    f.released_on,
    f.locator,
    f.snapshot_sha256,
    CONCAT(
        CAST(f.value AS VARCHAR), ' ÷ ', CAST(f.value_before AS VARCHAR), ' (', f.period_before, ') → ',
        CAST(CAST(ROUND((f.pace / f.pace_before - 1) * 100, 1) AS DECIMAL(18, 1)) AS VARCHAR), ' %'
    ) AS said,
    f.value - f.value_before AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM fallen AS f
LEFT JOIN declared AS d ON f.series_id = d.series_id AND f.period = d.period
WHERE
    d.series_id IS NULL
    AND f.pace + f.rounding_unit / 2
    < (f.pace_before - f.rounding_unit_before / 2) * f.least_left
    AND (f.pace_before2 IS NULL OR f.pace_before < f.pace_before2 * 5)
