-- check: 单位错位 | Units do not slip
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 数值约为同序列相邻两期的十倍、万倍或亿倍（或其分之一）：单位写错，或小数点错位。核对原文单位。
-- explanation en: The value is about 10, 10^4 or 10^8 times its two neighbours in the series, or that part of them: a
--   wrong unit or a lost decimal point. Compare with the publication. Between two values alone the later one is
--   accused.
-- reads: neighbours
WITH powers AS (
    SELECT
        *,
        LOG10(pace / pace_one) AS of_one,
        LOG10(pace / pace_other) AS of_other
    FROM neighbours
    WHERE
        measure = 'level'
        AND nature <> 'rate'
        AND SIGN(pace) = SIGN(pace_one)
        AND SIGN(pace) = SIGN(COALESCE(pace_other, pace))
),

slipped AS (
    SELECT
        *,
        ROUND(of_one) AS power
    FROM powers
    WHERE
        (
            ABS(ROUND(of_one)) IN (4, 8)
            AND ABS(of_one - ROUND(of_one)) < 0.3
            AND ABS(COALESCE(of_other, of_one) - ROUND(of_one)) < 0.3
        )
        OR (
            ABS(ROUND(of_one)) = 1
            AND ABS(of_one - ROUND(of_one)) < 0.1
            AND ABS(of_other - ROUND(of_one)) < 0.1
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
    CONCAT(
        CAST(value AS VARCHAR), ' ≈ 10^', CAST(CAST(power AS INTEGER) AS VARCHAR), ' × ', CAST(value_one AS VARCHAR),
        ' (', period_one, ')',
        CASE
            WHEN value_other IS NULL THEN '' ELSE CONCAT(', ', CAST(value_other AS VARCHAR), ' (', period_other, ')')
        END, ' ', unit
    ) AS said,
    value - value_one AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM slipped
