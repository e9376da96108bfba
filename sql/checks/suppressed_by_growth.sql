-- check: 保密数不可由增速推出 | Growth does not give a suppressed value back
-- kind: 强制性 must
-- severity: ERROR
-- explanation zh: 本期或基期保密，另一期与公布的增速（净增、可比基数）仍在：保密的数可以推出。由保密数算出的增速也应保密。
-- explanation en: A value or its base is suppressed, while the other and the published rate (net addition, reported
--   base) stand: the suppressed value follows. What is derived from a suppressed value is to be suppressed, too.
-- reads: comparisons, observations
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
    CONCAT(c.period, ' ÷ ', c.base_period, ': ', c.comparison, ', Q = 1/2') AS said,
    NULL AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM comparisons AS c
INNER JOIN observations AS h
    ON c.series_id = h.series_id AND CASE WHEN c.value IS NULL THEN c.period ELSE c.base_period END = h.period
WHERE
    c.incomparable = 'SUPPRESSED'
    AND (c.value IS NOT NULL OR c.base_value IS NOT NULL)
    AND (c.growth_published IS NOT NULL OR (c.value IS NOT NULL AND c.base_reported IS NOT NULL))
