-- check: 保密数不可由占比推出 | A share does not give a suppressed value back
-- kind: 强制性 must
-- severity: ERROR
-- explanation zh: 部分保密而其占比与整体仍在：相乘即得。占比也应保密。
-- explanation en: A part is suppressed while its share and its whole stand: their product gives it back. Suppress the
--   share, too.
-- reads: observations, series, indicators, areas
WITH hidden AS (
    SELECT
        o.*,
        s.family_id,
        i.part_of,
        a.parent_code,
        r.parent_code AS parent2_code
    FROM observations AS o
    INNER JOIN series AS s ON o.series_id = s.series_id
    INNER JOIN indicators AS i ON o.indicator_id = i.indicator_id
    INNER JOIN areas AS a ON o.area_code = a.area_code
    LEFT JOIN areas AS r ON a.parent_code = r.area_code
    WHERE o.measure = 'level' AND o.obs_status = 'Q'
),

shares AS (
    SELECT
        s.family_id,
        NULL AS numerator_id,
        o.area_code,
        o.sector_code,
        o.period
    FROM observations AS o
    INNER JOIN series AS s ON o.series_id = s.series_id
    WHERE o.measure = 'share' AND o.value IS NOT NULL
    UNION ALL
    SELECT
        NULL AS family_id,
        i.numerator_id,
        o.area_code,
        o.sector_code,
        o.period
    FROM observations AS o
    INNER JOIN indicators AS i ON o.indicator_id = i.indicator_id
    WHERE o.measure = 'level' AND o.value IS NOT NULL
),

wholes AS (
    SELECT DISTINCT
        h.series_id,
        h.period,
        w.indicator_id AS whole_indicator_id,
        w.area_code AS whole_area_code
    FROM hidden AS h
    INNER JOIN observations AS w
        ON
            h.period = w.period
            AND h.sector_code = w.sector_code
            AND h.basis = w.basis
            AND w.measure = 'level'
            AND w.value IS NOT NULL
            AND (
                (h.part_of = w.indicator_id AND h.area_code = w.area_code)
                OR (h.indicator_id = w.indicator_id AND w.area_code IN (h.parent_code, h.parent2_code))
            )
)

SELECT DISTINCT
    h.indicator_id,
    h.area_code,
    h.sector_code,
    h.source_id,
    h.series_id,
    h.period,
    h.released_on,
    h.locator,
    h.snapshot_sha256,
    CONCAT('Q = % × ', w.whole_indicator_id, ' ', w.whole_area_code) AS said,
    NULL AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM hidden AS h
INNER JOIN shares AS s
    ON
        h.area_code = s.area_code
        AND h.sector_code = s.sector_code
        AND h.period = s.period
        AND (h.family_id = s.family_id OR h.indicator_id = s.numerator_id)
INNER JOIN wholes AS w ON h.series_id = w.series_id AND h.period = w.period
