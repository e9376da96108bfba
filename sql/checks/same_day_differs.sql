-- check: 同日两份文件不同 | Two files of one day agree
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 同一来源、同一发布日的两份文件对同一时期给出不同的值；以后收到的为准。确认哪一份对；更正件请写其实际发布日期。
-- explanation en: Two files of one source and release day give different values of one period; the one that came last
--   is taken. Find out which is right; a corrected file bears the day on which it came out.
-- reads: versions, series
WITH in_order AS (
    SELECT
        *,
        LAG(release_seq) OVER same_day AS seq_before,
        LAG(value) OVER same_day AS value_before,
        LAG(CONCAT_WS(' ', value_text, unit_published)) OVER same_day AS text_before,
        LAG(obs_status) OVER same_day AS status_before
    FROM versions
    WHERE correction_id IS NULL
    WINDOW same_day AS (PARTITION BY series_id, period, released_on ORDER BY release_seq)
)

SELECT
    s.indicator_id,
    s.area_code,
    s.sector_code,
    s.source_id,
    v.series_id,
    v.period,
    v.released_on,
    v.locator,
    v.snapshot_sha256,
    CASE
        WHEN 'Q' IN (v.obs_status, v.status_before) THEN CONCAT(v.status_before, ' → ', v.obs_status)
        ELSE
            CONCAT(
                COALESCE(NULLIF(v.text_before, ''), v.status_before),
                ' → ',
                COALESCE(NULLIF(CONCAT_WS(' ', v.value_text, v.unit_published), ''), v.obs_status)
            )
    END AS said,
    v.value - v.value_before AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM in_order AS v
INNER JOIN series AS s ON v.series_id = s.series_id
WHERE v.seq_before IS NOT NULL
