-- grain: check, series, period, number
-- unit: difference in the indicator's unit
-- formula: every finding of every check, beside what explains it: the declared fact that its check gives, else the
--   first explanation of the reference data that fits; an explanation that fits no finding is a finding
-- reads: found, explanations, snapshots
WITH numbered AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY check_name, series_id, period ORDER BY said, locator) AS finding_number
    FROM found
),

fitting AS (
    SELECT
        n.check_name,
        n.series_id,
        n.period,
        n.finding_number,
        e.explanation_id,
        e.zh,
        e.en,
        ROW_NUMBER() OVER (
            PARTITION BY n.check_name, n.series_id, n.period, n.finding_number ORDER BY e.explanation_id
        ) AS choice
    FROM numbered AS n
    INNER JOIN explanations AS e
        ON
            n.check_name = e.check_name
            AND (e.source_id IS NULL OR n.source_id = e.source_id)
            AND (e.indicator_id IS NULL OR n.indicator_id = e.indicator_id)
            AND (e.area_code IS NULL OR n.area_code = e.area_code)
            AND (e.period_from IS NULL OR n.period >= e.period_from)
            AND (e.period_to IS NULL OR n.period <= e.period_to)
),

unused AS (
    SELECT
        e.explanation_id,
        e.check_name,
        e.source_id,
        e.indicator_id,
        e.area_code
    FROM explanations AS e
    LEFT JOIN numbered AS n
        ON
            e.check_name = n.check_name
            AND (e.source_id IS NULL OR n.source_id = e.source_id)
            AND (e.indicator_id IS NULL OR n.indicator_id = e.indicator_id)
            AND (e.area_code IS NULL OR n.area_code = e.area_code)
            AND (e.period_from IS NULL OR n.period >= e.period_from)
            AND (e.period_to IS NULL OR n.period <= e.period_to)
    WHERE n.check_name IS NULL
),

files AS (
    SELECT
        snapshot_sha256,
        MIN(file_name) AS file_name
    FROM snapshots
    GROUP BY snapshot_sha256
)

SELECT
    n.check_name,
    n.kind,
    n.severity,
    CASE WHEN COALESCE(n.explained_zh, e.zh) IS NULL THEN 'open' ELSE 'explained' END AS status,
    n.indicator_id,
    n.area_code,
    n.sector_code,
    n.source_id,
    n.series_id,
    n.period,
    n.finding_number,
    n.released_on,
    f.file_name,
    n.locator,
    n.snapshot_sha256,
    REGEXP_REPLACE(REGEXP_REPLACE(n.said, '(\.\d*[1-9])0+\b', '\1', 'g'), '\.0+\b', '', 'g') AS said,
    n.difference,
    COALESCE(n.explained_zh, e.zh) AS explained_zh,
    COALESCE(n.explained_en, e.en) AS explained_en
FROM numbered AS n
LEFT JOIN files AS f ON n.snapshot_sha256 = f.snapshot_sha256
LEFT JOIN fitting AS e
    ON
        n.check_name = e.check_name
        AND n.series_id IS NOT DISTINCT FROM e.series_id
        AND n.period IS NOT DISTINCT FROM e.period
        AND n.finding_number = e.finding_number
        AND e.choice = 1
UNION ALL
SELECT
    'explanation_unused' AS check_name,
    'explain' AS kind,
    'WARN' AS severity,
    'open' AS status,
    indicator_id,
    area_code,
    NULL AS sector_code,
    source_id,
    NULL AS series_id,
    NULL AS period,
    ROW_NUMBER() OVER (ORDER BY explanation_id, indicator_id, area_code) AS finding_number,
    NULL AS released_on,
    NULL AS file_name,
    explanation_id AS locator,
    NULL AS snapshot_sha256,
    CONCAT(explanation_id, ' → ', check_name, ': n = 0') AS said,
    NULL AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM unused
