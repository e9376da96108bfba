-- check: 主键唯一 | Keys are unique
-- kind: 强制性 must
-- severity: ERROR
-- explanation zh: 同一指标、地区、行业、来源、频率、口径、度量、价格、定义、时期有两个现行值。删去其一，或补上区别二者的定义。
-- explanation en: Two current values of one indicator, area, sector, source, frequency, basis, measure, prices,
--   definition and period. Remove one, or name the definition that tells them apart.
-- reads: observations
WITH numbered AS (
    SELECT
        *,
        ROW_NUMBER() OVER same_key AS copy_number,
        MIN(value) OVER same_key AS least,
        MAX(value) OVER same_key AS greatest
    FROM observations
    WINDOW same_key AS (
        PARTITION BY
            indicator_id, area_code, sector_code, source_id, frequency, basis, measure, price_basis, definition_id,
            period
        ORDER BY series_id, released_on, locator
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
)

SELECT
    indicator_id,
    area_code,
    sector_code,
    source_id,
    series_id,
    period,
    released_on,
    locator,
    snapshot_sha256,
    CONCAT('n = ', CAST(copy_number AS VARCHAR), ': ', COALESCE(value_text, '-')) AS said,
    greatest - least AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM numbered
WHERE copy_number > 1
