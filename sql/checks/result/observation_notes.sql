-- grain: series, period, kind, number
-- unit: the series' unit
-- formula: beside each current value that has any: its correction with the value as published and the reason, and the
--   findings of checks on it with what explains or waives them
-- reads: observations, corrections, check_results
WITH notes AS (
    SELECT
        o.series_id,
        o.period,
        'correction' AS kind,
        c.correction_id AS about,
        NULL AS status,
        CONCAT('公布 published ', o.published_text) AS said,
        c.zh,
        c.en
    FROM observations AS o
    INNER JOIN corrections AS c ON o.correction_id = c.correction_id
    UNION ALL
    SELECT
        series_id,
        period,
        'finding' AS kind,
        check_name AS about,
        status,
        said,
        explained_zh AS zh,
        explained_en AS en
    FROM check_results
)

SELECT
    o.series_id,
    o.period,
    o.indicator_id,
    o.area_code,
    o.source_id,
    o.period_end,
    o.value,
    o.unit,
    n.kind,
    ROW_NUMBER() OVER (PARTITION BY o.series_id, o.period, n.kind ORDER BY n.about, n.said) AS note_number,
    n.about,
    n.status,
    n.said,
    n.zh,
    n.en
FROM notes AS n
INNER JOIN observations AS o ON n.series_id = o.series_id AND n.period = o.period
