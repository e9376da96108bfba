-- grain: check, series, period, number
-- unit: difference in the indicator's unit
-- formula: every finding of every check, beside what explains it: the declared fact that its check gives, else the
--   first explanation of the reference data that fits; a waiver in force at the day of judgement comes before both; an
--   explanation or waiver that fits no finding is a finding, and so is a waiver that has expired
-- reads: found, explanations, waivers, snapshots, parameters
WITH numbered AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY check_name, series_id, period ORDER BY said, locator) AS finding_number
    FROM found
),

statements AS (
    SELECT
        'explanation' AS sort,
        explanation_id AS statement_id,
        check_name,
        source_id,
        indicator_id,
        area_code,
        period_from,
        period_to,
        zh,
        en,
        TRUE AS holds,
        NULL AS until
    FROM explanations
    UNION ALL
    SELECT
        'waiver' AS sort,
        w.waiver_id AS statement_id,
        w.check_name,
        w.source_id,
        w.indicator_id,
        w.area_code,
        w.period_from,
        w.period_to,
        w.zh,
        w.en,
        p.assessed_on <= w.until AS holds,
        w.until
    FROM waivers AS w
    CROSS JOIN parameters AS p
),

fitting AS (
    SELECT
        n.check_name,
        n.series_id,
        n.period,
        n.finding_number,
        s.*,
        ROW_NUMBER() OVER (
            PARTITION BY n.check_name, n.series_id, n.period, n.finding_number, s.sort
            ORDER BY s.holds DESC, s.statement_id
        ) AS choice
    FROM numbered AS n
    INNER JOIN statements AS s
        ON
            n.check_name = s.check_name
            AND (s.source_id IS NULL OR n.source_id = s.source_id)
            AND (s.indicator_id IS NULL OR n.indicator_id = s.indicator_id)
            AND (s.area_code IS NULL OR n.area_code = s.area_code)
            AND (s.period_from IS NULL OR n.period >= s.period_from)
            AND (s.period_to IS NULL OR n.period <= s.period_to)
),

uses AS (
    SELECT
        sort,
        statement_id,
        indicator_id,
        area_code,
        COUNT(*) AS findings
    FROM fitting
    GROUP BY sort, statement_id, indicator_id, area_code
),

idle AS (
    SELECT
        s.*,
        COALESCE(u.findings, 0) AS findings
    FROM statements AS s
    LEFT JOIN uses AS u
        ON
            s.sort = u.sort
            AND s.statement_id = u.statement_id
            AND s.indicator_id IS NOT DISTINCT FROM u.indicator_id
            AND s.area_code IS NOT DISTINCT FROM u.area_code
    WHERE u.statement_id IS NULL OR NOT s.holds
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
    CASE
        WHEN w.holds THEN 'waived'
        WHEN COALESCE(n.explained_zh, e.zh) IS NOT NULL THEN 'explained'
        ELSE 'open'
    END AS status,
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
    COALESCE(n.explained_zh, e.zh, CASE WHEN w.holds THEN w.zh END) AS explained_zh,
    COALESCE(n.explained_en, e.en, CASE WHEN w.holds THEN w.en END) AS explained_en,
    w.statement_id AS waiver_id
FROM numbered AS n
LEFT JOIN files AS f ON n.snapshot_sha256 = f.snapshot_sha256
LEFT JOIN fitting AS e
    ON
        n.check_name = e.check_name
        AND n.series_id IS NOT DISTINCT FROM e.series_id
        AND n.period IS NOT DISTINCT FROM e.period
        AND n.finding_number = e.finding_number
        AND e.choice = 1
        AND e.sort = 'explanation'
LEFT JOIN fitting AS w
    ON
        n.check_name = w.check_name
        AND n.series_id IS NOT DISTINCT FROM w.series_id
        AND n.period IS NOT DISTINCT FROM w.period
        AND n.finding_number = w.finding_number
        AND w.choice = 1
        AND w.sort = 'waiver'
UNION ALL
SELECT
    CASE WHEN findings = 0 THEN CONCAT(sort, '_unused') ELSE 'waiver_expired' END AS check_name,
    'explain' AS kind,
    'WARN' AS severity,
    'open' AS status,
    indicator_id,
    area_code,
    NULL AS sector_code,
    source_id,
    NULL AS series_id,
    NULL AS period,
    ROW_NUMBER() OVER (
        PARTITION BY sort, findings = 0 ORDER BY statement_id, indicator_id, area_code
    ) AS finding_number,
    NULL AS released_on,
    NULL AS file_name,
    statement_id AS locator,
    NULL AS snapshot_sha256,
    CONCAT(
        statement_id,
        ' → ',
        check_name,
        ': n = ',
        CAST(findings AS VARCHAR),
        CASE WHEN NOT holds THEN CONCAT(', 有效至 until ', CAST(until AS VARCHAR)) ELSE '' END
    ) AS said,
    NULL AS difference,
    NULL AS explained_zh,
    NULL AS explained_en,
    CASE WHEN sort = 'waiver' THEN statement_id END AS waiver_id
FROM idle
