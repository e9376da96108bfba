-- check: 两列互换 | Columns are not exchanged
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 同一文件同一时期的两个数都偏离各自历史，而互换后都吻合：两列（或两行）可能填反。核对原文。
-- explanation en: Two values of one file and period are both far from their own history (by more than half) and each
--   close to the other's (within three tenths): two columns or rows may be exchanged. Compare with the publication.
-- reads: neighbours
WITH ranged AS (
    SELECT
        *,
        LEAST(pace_one, pace_other) AS low,
        GREATEST(pace_one, pace_other) AS high
    FROM neighbours
    WHERE measure = 'level'
),

far AS (
    SELECT *
    FROM ranged
    WHERE pace > high * 1.5 OR pace * 1.5 < low
)

SELECT
    a.indicator_id,
    a.area_code,
    a.sector_code,
    a.source_id,
    a.series_id,
    a.period,
    a.released_on,
    a.locator,
    a.snapshot_sha256,
    CONCAT(
        CAST(a.value AS VARCHAR), ' ⇄ ', b.indicator_id, ' ', b.area_code, ' ', b.locator, ' ',
        CAST(b.value AS VARCHAR), '; ', a.period_one, ': ', CAST(a.value_one AS VARCHAR), ', ',
        CAST(b.value_one AS VARCHAR), ' ', a.unit
    ) AS said,
    a.value - b.value AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM far AS a
INNER JOIN far AS b
    ON
        a.snapshot_sha256 = b.snapshot_sha256
        AND a.period = b.period
        AND a.basis = b.basis
        AND a.sector_code = b.sector_code
        AND a.unit = b.unit
        AND a.pace <= b.low * 1.3
        AND a.pace * 1.3 >= b.high
        AND b.pace <= a.low * 1.3
        AND b.pace * 1.3 >= a.high
WHERE
    (a.area_code = b.area_code AND a.indicator_id < b.indicator_id)
    OR (a.indicator_id = b.indicator_id AND a.area_code < b.area_code)
