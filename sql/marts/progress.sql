-- grain: target, area, method
-- unit: percent for expected and actual; the indicator's unit for value, base_value and target_value
-- formula: time_linear: way_gone against time_gone of the newest observation on the path; fulfilment: value / target,
--   for growth targets (1 + value) / (1 + target), against 100
-- reads: targets, target_evidence, target_status
WITH newest_on_path AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY target_id ORDER BY period_end DESC, series_id) AS place
    FROM target_evidence
    WHERE way_gone IS NOT NULL AND time_gone IS NOT NULL
),

methods AS (
    SELECT
        s.target_id,
        s.area_code,
        s.assessed_on,
        'time_linear' AS method,
        e.series_id,
        e.period,
        e.value,
        e.qualifier,
        e.base_period,
        e.base_value,
        t.target_value,
        t.unit,
        e.time_gone AS expected,
        e.way_gone AS actual,
        s.verdict,
        CASE
            WHEN e.target_id IS NOT NULL THEN NULL
            WHEN t.not_assessable IS NOT NULL THEN t.not_assessable
            WHEN s.series_id IS NULL THEN 'NO_DATA'
            ELSE 'NO_BASE'
        END AS reason
    FROM target_status AS s
    INNER JOIN targets AS t ON s.target_id = t.target_id
    LEFT JOIN newest_on_path AS e ON s.target_id = e.target_id AND e.place = 1
    WHERE t.measure <> 'growth_average'
    UNION ALL
    SELECT
        s.target_id,
        s.area_code,
        s.assessed_on,
        'fulfilment' AS method,
        s.series_id,
        s.period,
        s.value,
        s.qualifier,
        NULL AS base_period,
        NULL AS base_value,
        t.target_value,
        t.unit,
        CASE WHEN s.value IS NOT NULL THEN CAST(100 AS DECIMAL(18, 6)) END AS expected,
        CAST(
            ROUND(
                CASE
                    WHEN
                        t.measure <> 'growth_average'
                        THEN CAST(s.value AS DOUBLE) / CAST(t.target_value AS DOUBLE) * 100
                    ELSE (1 + CAST(s.value AS DOUBLE) / 100) / (1 + CAST(t.target_value AS DOUBLE) / 100) * 100
                END, 6
            )
            AS DECIMAL(18, 6)
        ) AS actual,
        s.verdict,
        CASE
            WHEN s.value IS NOT NULL THEN NULL
            WHEN t.not_assessable IS NOT NULL THEN t.not_assessable
            ELSE 'NO_DATA'
        END AS reason
    FROM target_status AS s
    INNER JOIN targets AS t ON s.target_id = t.target_id
)

SELECT
    target_id,
    area_code,
    assessed_on,
    method,
    series_id,
    period,
    value,
    qualifier,
    base_period,
    base_value,
    target_value,
    unit,
    expected,
    actual,
    CASE
        WHEN expected > 0
            THEN CAST(ROUND(CAST(actual AS DOUBLE) / CAST(expected AS DOUBLE), 6) AS DECIMAL(18, 6))
    END AS ratio,
    verdict,
    reason
FROM methods
